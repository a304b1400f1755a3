"""How statements look on paper: notation, LaTeX."""
