"""What the patient is told of their contact: who it is from when on and why, and what became of what they asked for."""
