"""Whether a service gets on with its work: facts asked in one place, judged by one rule, told to whoever asks."""
