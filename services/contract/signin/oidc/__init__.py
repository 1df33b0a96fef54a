"""Signing in by a provider that vouches for people: OpenID Connect, one round through the provider and back."""
