"""The mail catcher of a first run: a real SMTP server on loopback that delivers to one box, and the box itself."""
