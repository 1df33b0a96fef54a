"""What the tests stand on: one embedded PostgreSQL and one Valkey per run, shared by all workers."""
