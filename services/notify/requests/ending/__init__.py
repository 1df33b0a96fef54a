"""What happens to requests when a death is registered, and when it was registered in error."""
