"""The losses of the networks: points, gradients, the analytical forms of critical points and their values."""
