"""How the platform is put to work: the sandbox on one machine."""
