"""Self-managed admission: coming in when the patient judges it needed, and the day of going home."""
