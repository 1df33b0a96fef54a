"""What this server can do."""
