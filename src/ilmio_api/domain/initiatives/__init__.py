"""Initiatives: pilots, projects, regional programmes and collections."""
