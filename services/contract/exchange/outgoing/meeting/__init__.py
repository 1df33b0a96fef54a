"""The next contact as an appointment."""
