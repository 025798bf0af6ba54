"""The demo world: a small true one, told in our own words, and a synthetic one of any size.

Production never imports this package. Both loaders write through a session of the caller, who decides whether
it lasts.
"""

from ilmio_api.demo.synthetic import load_synthetic
from ilmio_api.demo.true_world import load_world

__all__ = ["load_synthetic", "load_world"]
