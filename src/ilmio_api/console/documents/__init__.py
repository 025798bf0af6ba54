"""What the pages read: GraphQL documents over the published schema.

Owns: finding the documents by name.
Does not own: the schema they are written in (`schema`).
"""

from pathlib import Path
from typing import Final

DOCUMENTS: Final = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.graphql"))
}
"""Every document by the name of its file."""
