"""Whether a caller already holds what would be sent.

Owns: the comparison of entity tags.
Does not own: how a tag is made (`web.replies`, `web.static_files`).

Source: RFC 9110 §13.1.2.
"""


def holds(if_none_match: str, tag: str) -> bool:
    """Return whether the value of `If-None-Match` has this tag; the comparison is weak, and `*` has every tag."""
    held = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in held or tag.removeprefix("W/") in held
