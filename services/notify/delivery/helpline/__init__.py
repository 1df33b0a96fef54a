"""The number that stands on a patient's pages beside 112 and 1177."""
