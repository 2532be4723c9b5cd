"""The chassis' tables as migrations make them: one frozen module a version, called by each service's own set."""
