"""The log of a report: one line about each plugin that Scipion cannot import."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Dict

import pytest

from vrs.run.quiet import OtherPlugins, scipion_quiet

NOTE = (
    " > error when importing from xmipp3.protocols: No module named 'six'\n"
    '   File "one.py", line 44, in <module>\n'
    "   Check the plugin manager (Configuration->Plugins in Scipion manager window)\n"
)


def test_a_plugin_that_cannot_be_imported_has_one_line_without_a_traceback(tmp_path: Path) -> None:
    logger = logging.getLogger("pyworkflow.plugin")
    written = logging.StreamHandler((tmp_path / "handler.log").open("w", encoding="utf-8"))
    logger.addHandler(written)
    logger.setLevel(logging.INFO)
    try:
        with scipion_quiet(tmp_path / "vrs.log"):
            _log(logger, NOTE, OtherPlugins.NOT_FOUND)
            _log(logger, "100 % found", "somewhere")
        _log(logger, "a\nb", OtherPlugins.NOT_FOUND)
    finally:
        logger.removeHandler(written)
        logger.setLevel(logging.NOTSET)
        written.stream.close()
    assert (tmp_path / "handler.log").read_text(encoding="utf-8").splitlines() == [
        "No part of this plugin, and not needed unless chosen as engine: error when importing from "
        "xmipp3.protocols: No module named 'six'",
        "100 % found",
        "a",
        "b",
    ]


def _log(logger: logging.Logger, message: str, function: str) -> None:
    place = ("plugin.py", 1, message, (), None, function)
    logger.handle(logger.makeRecord(logger.name, logging.INFO, *place))


@pytest.mark.slow
def test_it_is_this_function_of_pyworkflow_that_logs_it(scipion: Dict[str, str]) -> None:
    from pyworkflow.plugin import Domain

    assert hasattr(Domain, f"_Domain{OtherPlugins.NOT_FOUND}")
