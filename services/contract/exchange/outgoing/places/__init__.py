"""Care units, and what somebody is at one of them."""
