"""Why a request is there, in words."""
