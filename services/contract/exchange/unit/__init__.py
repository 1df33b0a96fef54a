"""Care units, as a bundle tells of them."""
