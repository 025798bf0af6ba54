"""Indicators: what the regional figures say, and how to read them."""
