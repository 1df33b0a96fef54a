"""Named contacts that a care record names: proposed, then accepted or declined by an admin."""
