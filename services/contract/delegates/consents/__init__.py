"""What a patient has agreed to, in the very words shown, and what has been taken back."""
