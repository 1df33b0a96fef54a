"""What a bundle must be before anything in it is looked at: a kind we import, entries that say what they ask."""
