"""The names of checks on the command line: "0.h", "h" and "hand" are the same check."""

from __future__ import annotations

import argparse
import re
from typing import Dict, List, Sequence, Tuple

from vrs.checks.check import Check
from vrs.cli.parsing import meant, suggestion
from vrs.levels import CHECKS

_BETWEEN_WORDS = re.compile(r"[\s_.-]+")
_KIND = " analysis"
"""The end of many titles; it tells nothing."""


def short_name(check: Check) -> str:
    """The title as one word: "mass", "local-b-factor"."""
    title = check.title.lower()
    title = title[: -len(_KIND)] if title.endswith(_KIND) else title
    return "-".join(_BETWEEN_WORDS.split(title))


def check_named(text: str) -> Check:
    """The check of this identifier, letter or name, in capitals or not.

    Raises argparse.ArgumentTypeError if there is none, or several levels have one.
    """
    wanted = _plain(text)
    names: Dict[str, List[Check]] = {}
    for check in CHECKS.values():
        letter = check.id.rpartition(".")[2]
        for name in {_plain(n) for n in (check.id, letter, short_name(check), check.title)}:
            names.setdefault(name, []).append(check)
    matching = names.get(wanted, [])
    if len(matching) == 1:
        return matching[0]
    if matching:
        ids = " or ".join(check.id for check in matching)
        raise argparse.ArgumentTypeError(f"{text!r} is a check of several levels: write {ids}")
    hint = suggestion(wanted, names) if len(wanted) > 1 else ""
    near = meant(short_name(names[hint][0])) if hint else "."
    listed = ", ".join(f"{check.id} {short_name(check)}" for check in CHECKS.values())
    raise argparse.ArgumentTypeError(f"there is no check {text!r}{near} The checks are {listed}")


def checks_named(text: str) -> Tuple[str, ...]:
    """Identifiers of checks whose names are separated by commas.

    Raises argparse.ArgumentTypeError if a name is not that of one check.
    """
    return tuple(check_named(name).id for name in text.split(",") if name.strip())


def lines() -> Sequence[Tuple[str, str]]:
    """A line per check for the help: its identifier, and its name with its title."""
    width = max(len(short_name(check)) for check in CHECKS.values()) + 2
    return [
        (check.id, f"{short_name(check):<{width}}{check.title}") for check in CHECKS.values()
    ]


def _plain(name: str) -> str:
    return _BETWEEN_WORDS.sub("", name.strip().lower())
