"""A need becomes a request, or joins the one that is open."""
