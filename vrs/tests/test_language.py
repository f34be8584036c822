"""The language of the project: one word for one thing, and natural English."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, Iterator, List

import pytest

import vrs

PACKAGE = Path(vrs.__file__).parent
REPOSITORY = PACKAGE.parent

REPLACEMENTS = {
    "hard mask": "mask",
    "constructed mask": "mask",
    "mask with hard borders": "mask",
    "resized map": "resampled map",
    "our own network": "built-in network",
    "our own engine": "built-in engine",
    "mend": "fix, adjust",
    "mended": "fixed",
    "colophon": "provenance",
    "by nature": "always",
    "has it not": "if missing",
    "has not got": "lacks",
    "told as": "reported as",
    "is told": "is reported",
    "are told": "are reported",
    "is said to be": "is",
    "are said to be": "are",
    "in print": "printed, formatted",
    "number that decides": "deciding value",
    "dies without a word": "crashes without an error message",
    "died without a word": "crashed without an error message",
    "in the middle of the values": "median",
}
"""Words that the project does not use -> what it says instead. Names in code do not count."""


def files() -> Iterator[Path]:
    """The code without tests, the templates, and the documents that are beside the code."""
    for pattern in ("*.py", "*.template", "*.j2", "*.js", "*.css", "*.conf"):
        for file in sorted(PACKAGE.rglob(pattern)):
            if PACKAGE / "tests" not in file.parents:
                yield file
    yield from sorted((REPOSITORY / "docs").glob("*.rst"))
    yield from (
        file for file in map(REPOSITORY.joinpath, ("README.rst", "CHANGES.txt")) if file.exists()
    )


def running_text(file: Path) -> str:
    """The text without the breaks of lines, of comments and of string literals."""
    text = file.read_text(encoding="utf-8")
    text = re.sub(r'"\s*\n\s*[rf]*"', "", text)
    text = re.sub(r"\n\s*#:?", " ", text)
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def texts() -> Dict[str, str]:
    return {str(file.relative_to(REPOSITORY)): running_text(file) for file in files()}


@pytest.mark.parametrize("word", REPLACEMENTS)
def test_a_word_that_the_project_does_not_use_is_nowhere(word: str, texts: Dict[str, str]) -> None:
    pattern = re.compile(rf"\b{re.escape(word)}s?\b", re.IGNORECASE)
    found: List[str] = [
        f"{name}: ...{text[max(match.start() - 40, 0) : match.end() + 40]}..."
        for name, text in texts.items()
        for match in pattern.finditer(text)
    ]
    assert not found, f"instead of “{word}” write “{REPLACEMENTS[word]}”:\n" + "\n".join(found)


def test_words_are_found_across_lines(tmp_path: Path) -> None:
    file = tmp_path / "text.py"
    file.write_text('# a hard\n# mask\nTEXT = (\n    "another hard "\n    f"mask"\n)\n', "utf-8")
    assert running_text(file).count("hard mask") == 2
