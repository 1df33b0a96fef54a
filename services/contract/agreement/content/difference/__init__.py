"""What is new, changed and gone between two versions."""
