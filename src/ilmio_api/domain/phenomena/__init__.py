"""Phenomena: what the regions want to change, why it happens and where it comes first."""
