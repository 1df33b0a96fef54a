"""A patient who must be told something, and whom no message reached: people tell them."""
