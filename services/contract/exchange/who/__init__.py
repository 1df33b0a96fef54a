"""People, their roles and their relatives, as a bundle tells of them."""
