"""Exact linear algebra: matrices over QQ, QQ(s) and QQ(e) with one vocabulary, spectra, and proven error bounds."""
