"""Did I explain well? Teach-back, and how easily what the care writes for the patient is read."""
