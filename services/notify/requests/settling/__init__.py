"""Closes what has been seen to where it stands, before anybody answered the request about it."""
