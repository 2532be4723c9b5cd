"""The one way in: the public API's data path, its control routes and, in the sandbox, the token issuer and clock."""
