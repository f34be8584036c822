"""The command line in this process, and what it may print."""

from __future__ import annotations

import contextlib
import io
from typing import List

from vrs.cli.exit_status import ExitStatus
from vrs.cli.main import main
from vrs.maps.printing import ungrouped
from vrs.tests.fuzz.cases import Uncaught

_LONGEST_SENTENCE = 1000


def command(arguments: List[str]) -> None:
    """``vrs`` with these arguments: it must succeed, or say why not in one line."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    check_end(status, err.getvalue())


def check_end(status: int, printed: str) -> None:
    """Refuse any end of a command but success, and a failure with one sentence.

    Raises Uncaught.
    """
    if status == 0:
        return
    lines = printed.splitlines()
    one_sentence = len(lines) == 1 and printed.startswith("vrs: ")
    if status != ExitStatus.FAILED or not one_sentence:
        raise Uncaught(f"exit status {status}, standard error:\n{printed}")
    check_sentence(lines[0])


def check_sentence(sentence: str) -> None:
    """Refuse a sentence that is no single printable line, or too long. Raises Uncaught."""
    if not ungrouped(sentence).isprintable() or len(sentence) > _LONGEST_SENTENCE:
        raise Uncaught(f"not a sentence: {sentence!r}")
