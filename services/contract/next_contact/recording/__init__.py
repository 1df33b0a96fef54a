"""What the patient has answered by phone, on paper or in a meeting, written down by staff (K15)."""
