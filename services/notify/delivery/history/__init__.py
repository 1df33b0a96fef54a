"""What became of messages, as people see it: each their own, and the admin those of the own units, without contents."""
