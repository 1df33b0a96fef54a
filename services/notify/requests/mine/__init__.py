"""The patient's own requests: where each one is, like a parcel, and what was answered."""
