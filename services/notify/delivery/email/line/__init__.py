"""One SMTP connection: how it is opened, and how commands and replies go over it."""
