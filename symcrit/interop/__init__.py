"""Data and points as other programs write them: JSON and NumPy files in, JSON out."""
