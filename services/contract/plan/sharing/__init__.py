"""What of a plan is shared with outside parties, as far as the patient has said yes."""
