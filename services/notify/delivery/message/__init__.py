"""What the messages say: a small folder of text templates for each, in versions that are never changed."""
