"""The letters of the reports, and values that are the same in several of them."""

from __future__ import annotations

from string import ascii_uppercase
from typing import Dict, Iterable, List, Sequence, Tuple

from vrs.report.text import words

MOST_REPORTS = 12
"""More curves in one plot cannot be told apart."""


def labels_of(reports: Sequence[object]) -> Tuple[str, ...]:
    """A letter for each report: A, B, C."""
    return tuple(ascii_uppercase[: len(reports)])


def grouped(texts: Iterable[Tuple[str, str]]) -> List[Tuple[str, str]]:
    """Each text with the labels that have it, in the order in which they come.

    >>> grouped([("A", "6 Å"), ("B", "8 Å"), ("C", "6 Å")])
    [('6 Å', 'A and C'), ('8 Å', 'B')]
    """
    labels: Dict[str, List[str]] = {}
    for label, text in texts:
        labels.setdefault(text, []).append(label)
    return [(text, words.in_words(of_text)) for text, of_text in labels.items()]


def each(texts: Iterable[Tuple[str, str]]) -> str:
    """Texts with their labels, in words.

    >>> each([("A", "6 Å"), ("B", "8 Å"), ("C", "6 Å")])
    '6 Å in A and C, 8 Å in B'
    """
    return ", ".join(f"{text} in {labels}" for text, labels in grouped(texts))
