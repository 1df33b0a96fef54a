"""A channel that can't be reached is left alone for a while, and nothing is lost meanwhile."""
