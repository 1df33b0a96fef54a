"""A person's answer to one question, by the link in a message or while signed in."""
