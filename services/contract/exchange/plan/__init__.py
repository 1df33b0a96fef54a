"""Care plans and their activities, as a bundle tells of them."""
