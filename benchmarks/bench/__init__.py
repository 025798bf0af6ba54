"""Measures Ilmiö API beside other servers on the same database.

Owns: the world, the peers' processes, the load, the measurements and the tables.
Does not own: the peers (`../peers`), the command lines (`../run.py`, `../growth.py`).
"""
