"""The published surface: types and where every field of them comes from.

Importing any of it first publishes the vocabularies, whose explanations would otherwise be lost.
"""

import ilmio_api.schema.vocabularies  # noqa: F401  # publishes the vocabularies before types use them
