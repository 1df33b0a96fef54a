"""Prepare for the meeting: the patient's questions, who comes along, what they expect."""
