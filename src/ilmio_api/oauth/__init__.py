"""The authorization server (OAuth 2.1, OpenID Connect 1.0) and signing in with an organisation's own provider."""
