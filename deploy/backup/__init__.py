"""A backup of the three databases and the keys, and bringing it, or one service of it, back."""
