"""PostgreSQL and Valkey out of Python wheels: the real servers for a first run and for tests, nothing to install."""
