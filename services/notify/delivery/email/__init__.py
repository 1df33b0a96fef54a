"""E-mail, over one pipelined SMTP connection."""
