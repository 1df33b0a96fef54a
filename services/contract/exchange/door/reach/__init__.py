"""What a viewer may see through the door, as sets that a search can use."""
