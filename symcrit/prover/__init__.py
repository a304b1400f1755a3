"""The untrusted search: it returns certificates and instances, and the kernel decides what they are worth."""
