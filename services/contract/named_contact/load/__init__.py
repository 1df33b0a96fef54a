"""How many patients each named contact has, beside what the unit thinks is enough."""
