"""Tells contract when a patient is booked here, so that nothing in their plan lands inside it."""
