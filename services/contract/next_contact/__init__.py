"""Part 2: the next contact, a time or a window both sides stand by."""
