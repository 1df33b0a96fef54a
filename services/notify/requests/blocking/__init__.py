"""What becomes of requests when a patient blocks a unit."""
