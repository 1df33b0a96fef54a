"""One patient on one page, for whoever answers for them."""
