"""What only a sandbox has: a token issuer, a clock that can be moved, and a way to wait until all is quiet."""
