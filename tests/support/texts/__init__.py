"""What every text field is tried with, and how an answer is judged: kept and shown back as it was written, or refused."""
