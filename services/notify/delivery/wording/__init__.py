"""From a claimed delivery to the message that its recipient reads."""
