"""Teams, plans, goals and conditions of a file."""
