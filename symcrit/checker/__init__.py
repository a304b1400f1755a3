"""Checking proof files: which statement every step makes, how the kernel's theorems compose, what is stored."""
