"""What authors write: the `.thm` language, terms built in Python, SymPy expressions in and out."""
