"""Being asked to stop while messages are leaving."""
