"""Provenance: where a statement comes from, where sources disagree, and whom to ask."""
