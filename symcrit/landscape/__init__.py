"""What a critical point is, and which way is down."""
