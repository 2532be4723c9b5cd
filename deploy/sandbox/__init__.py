"""The whole platform on one machine: five processes, an embedded database each, a token issuer, a mail sink."""
