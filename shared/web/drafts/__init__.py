"""What was typed is kept when the session ended before it was sent, and given back to who typed it."""
