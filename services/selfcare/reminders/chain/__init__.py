"""What happens after a reminder has left: was it delivered, was it answered, who is asked next."""
