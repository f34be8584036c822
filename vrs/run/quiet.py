"""Sends everything that Scipion prints to a log file."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import Iterator, TextIO


class OtherPlugins(logging.Filter):
    """Makes one line of what Scipion logs about a plugin that it cannot import.

    It loads all plugins that are installed; that one of them is not complete is no fault of a run.
    """

    NOT_FOUND = "__pluginNotFound"
    """The function of pyworkflow that logs it, as the end of a traceback and advice."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the message; every message passes."""
        if record.funcName == self.NOT_FOUND:
            reason = record.getMessage().strip(" >\n").partition("\n")[0]
            record.msg = f"No part of this plugin, and not needed unless chosen as engine: {reason}"
            record.args = ()
        return True


@contextlib.contextmanager
def scipion_quiet(log: Path) -> Iterator[TextIO]:
    """Redirect standard output and error to a file; yields the original standard output.

    The file descriptors are redirected, so that the output of child processes goes there too.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    # Undone in reverse order; a step that fails does not prevent the others.
    with contextlib.ExitStack() as at_the_end:
        stream = at_the_end.enter_context(log.open("w", encoding="utf-8"))
        now = sys.stdout
        screen: TextIO = os.fdopen(os.dup(1), "w", encoding=now.encoding, errors=now.errors)
        at_the_end.enter_context(screen)
        for descriptor in (1, 2):
            at_the_end.callback(_restore, descriptor, os.dup(descriptor))
        for printed in (sys.stdout, sys.stderr):
            at_the_end.callback(printed.flush)
        for descriptor in (1, 2):
            os.dup2(stream.fileno(), descriptor)
        logging.basicConfig(stream=sys.stderr, level=logging.INFO)
        plugins, shorten = logging.getLogger("pyworkflow.plugin"), OtherPlugins()
        plugins.addFilter(shorten)
        at_the_end.callback(plugins.removeFilter, shorten)
        yield screen


def _restore(descriptor: int, original: int) -> None:
    os.dup2(original, descriptor)
    os.close(original)
