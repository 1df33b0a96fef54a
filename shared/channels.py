"""Every way there is of reaching people. What is not here is set up nowhere, and is offered to nobody."""

EMAIL = "email"
CHANNELS = (EMAIL,)
"""In the order in which they are tried for somebody who has not chosen."""
