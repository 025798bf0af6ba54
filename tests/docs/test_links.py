"""The pages lead where they say, and every page is led to."""

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

Pages = dict[str, str]

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
REPOSITORY_PATH = re.compile(
    r"(?:\.ci|alembic|deploy|docs|examples|src|tests)/[\w./*-]*|(?:README|CONTRIBUTING|CHANGELOG|openapi-notes)\.md"
    r"|pyproject\.toml|requirements\.lock|Makefile"
)
TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")


def links_of(page: str, text: str) -> Iterator[tuple[str, str]]:
    """Return target path and fragment of every link of a page that leads to a file of the repository."""
    for target in LINK.findall(FENCE.sub("", text)):
        if not re.match(r"[a-z]+:", target):
            path, _, fragment = target.partition("#")
            yield (normpath(join(dirname(page), path)) if path else page), fragment


def anchors_of(text: str) -> set[str]:
    """Return the fragments under which the headings of a page are found."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_leads_to_a_file(pages: Pages, root: Path) -> None:
    broken = [
        f"{page}: {path}"
        for page, text in pages.items()
        for path, _ in links_of(page, text)
        if not (root / path).exists()
    ]

    assert broken == []


def test_every_fragment_is_a_heading(pages: Pages) -> None:
    broken = [
        f"{page}: {path}#{fragment}"
        for page, text in pages.items()
        for path, fragment in links_of(page, text)
        if fragment and fragment not in anchors_of(pages.get(path, ""))
    ]

    assert broken == []


def test_every_path_that_is_named_exists(pages: Pages, root: Path) -> None:
    named = [
        (page, code)
        for page, text in pages.items()
        for code in CODE.findall(FENCE.sub("", text))
        if REPOSITORY_PATH.fullmatch(code)
    ]
    # A page beside what it describes may name it from there, and any page may name a page of its own folder.
    missing = [
        f"{page}: {path}"
        for page, path in named
        if not any([*root.glob(path.rstrip("/")), *(root / page).parent.glob(path.rstrip("/"))])
    ]

    assert len(named) > 50
    assert missing == []


def test_every_test_that_is_named_exists(pages: Pages, root: Path) -> None:
    named = {(file, name) for text in pages.values() for file, name in TEST.findall(text)}
    missing = [
        f"{file}::{name}"
        for file, name in sorted(named)
        if not re.search(rf"^(?:async )?def {name}\(", (root / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]

    assert missing == []


def test_every_page_is_reached_from_the_readme(pages: Pages) -> None:
    reached, ahead = {"README.md"}, ["README.md"]
    while ahead:
        page = ahead.pop()
        found = {path for path, _ in links_of(page, pages[page])} & pages.keys() - reached
        reached |= found
        ahead.extend(found)

    assert sorted(pages.keys() - reached) == []


@pytest.mark.parametrize("section", ["**Context.**", "**Decision.**", "**Consequences.**", "**Enforced by**"])
def test_every_decision_has_its_four_parts(pages: Pages, section: str) -> None:
    records = {page: text for page, text in pages.items() if re.match(r"docs/decisions/\d{4}-", page)}

    assert [page for page, text in records.items() if section not in text] == []


def test_the_index_has_every_decision_with_its_title(pages: Pages) -> None:
    listed = re.findall(r"^\| \[(\d{4})\]\((.+)\) \| (.+) \|$", pages["docs/decisions/README.md"], re.MULTILINE)
    written = {page.removeprefix("docs/decisions/"): text for page, text in pages.items() if "decisions/0" in page}

    assert [(file, f"# {number} {title}") for number, file, title in listed] == [
        (file, text.splitlines()[0]) for file, text in written.items()
    ]


def test_the_map_names_every_module(pages: Pages, root: Path) -> None:
    package = root / "src" / "ilmio_api"
    # A context of the domain is named as a folder, since all of them have the same modules.
    modules = {
        f"{file.parent.name}/" if file.parent.parent.name == "domain" else file.name
        for file in package.rglob("*.py")
        if not file.name.startswith("__")
    }
    text = pages["docs/architecture.md"]

    assert [name for name in sorted(modules) if not re.search(rf"(?<![\w]){re.escape(name)}", text)] == []
