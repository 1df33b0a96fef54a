"""What is wrong with a file, where, and why, in words that can be shown in either language."""
