"""Ilmiö API: a typed GraphQL API over phenomena and everything that is done about them."""
