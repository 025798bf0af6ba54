"""Clients, conformance suites and attacks that other people wrote, run against the real server.

Owns: starting the server with the demo world, installing each suite in a folder of its own, running it, and one line
about each.
Does not own: what the API promises (`tests.acceptance`, `tests.web`).
"""
