"""Units, people, roles and relatives of a file, handed to the concepts that own them."""
