"""How often something may be tried from one place: more and more seldom, and never not at all."""
