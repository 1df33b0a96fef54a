"""What matters to the patient, and what both want to reach, as goals."""
