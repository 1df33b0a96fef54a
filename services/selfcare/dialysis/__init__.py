"""Self-dialysis: the week a patient has chosen, and the sessions it makes."""
