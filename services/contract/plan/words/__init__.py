"""What the things found in a plan, and the days of the week, are called."""
