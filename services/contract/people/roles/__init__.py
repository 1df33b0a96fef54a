"""What an admin makes of roles at the units they run."""
