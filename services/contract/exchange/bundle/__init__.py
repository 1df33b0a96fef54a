"""A FHIR bundle as a set of entries that know each other: what is taken, what is not, and what points where."""
