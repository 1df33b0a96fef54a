"""The care team: named contact and deputy."""
