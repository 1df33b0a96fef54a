"""How patient and care will meet next: at a set time, within a window, when the patient asks, or after something."""
