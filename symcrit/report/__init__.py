"""What symcrit answers: result objects, as text and as JSON."""
