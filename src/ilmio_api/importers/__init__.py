"""Data from other systems: fetch, parse, check, upsert; one module per source."""
