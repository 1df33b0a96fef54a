"""What the measures are called, and what each counts."""
