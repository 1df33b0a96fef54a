"""Taking a whole import back while nothing of it has been used."""
