"""Organisations: who tackles the phenomena, and what they were called before."""
