"""What a patient lets somebody close to them do, from when to when."""
