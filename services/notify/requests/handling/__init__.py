"""What staff do with a request, and the page they do it on."""
