"""Care units: their hours, the numbers that are answered, and their heads."""
