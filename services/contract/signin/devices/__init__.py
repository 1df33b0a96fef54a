"""Where somebody is signed in, and ending it there."""
