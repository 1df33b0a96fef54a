"""Journeys through the whole system: what people do, on everything that really runs."""
