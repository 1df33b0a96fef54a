"""What puts an agreement under review: its day, a wish, a no, a new contact, silence."""
