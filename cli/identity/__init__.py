"""Signing in at an OpenID provider: people by code + PKCE, partners by their client's secret."""
