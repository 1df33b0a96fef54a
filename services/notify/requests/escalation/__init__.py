"""What happens while a promise is not kept."""
