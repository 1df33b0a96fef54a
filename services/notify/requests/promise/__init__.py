"""What is promised of an answer, and when."""
