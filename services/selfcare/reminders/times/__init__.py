"""My times: what needs an answer, what is coming, and a calendar file of it."""
