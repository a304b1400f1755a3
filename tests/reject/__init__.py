"""Minimal pairs: certificates that must be accepted, beside copies with one thing broken."""
