"""What waits, told together twice a working day."""
