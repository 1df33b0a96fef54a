"""Who is signed in: one-use links, sessions and their ends."""
