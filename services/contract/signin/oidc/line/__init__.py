"""The line to a provider: to its own hosts alone, never redirected, and never for long."""
