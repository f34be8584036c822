"""The option ``--engine``: which program measures what."""

from __future__ import annotations

import argparse
from typing import Dict, Sequence


def add_engine(parser: argparse.ArgumentParser) -> None:
    """The engine of all that have the choice, or of one."""
    parser.add_argument(
        "--engine", type=engines, action="append", default=[], metavar="ENGINE",
        help="engine of all checks that have it: auto (the default: another program if it is "
        "installed), embedded (the built-in engine) or a program such as xmipp; or of one check: "
        "0.d=xmipp; prepare=xmipp is the engine of the masks. Several are separated by commas or "
        "repeated, the last one counts",
    )  # fmt: skip


def chosen_engines(options: argparse.Namespace) -> Dict[str, str]:
    """The chosen engine by the identifier of a check, or by "prepare"."""
    return {what: engine for choice in options.engine for what, engine in choice.items()}


def engines(text: str) -> Dict[str, str]:
    """The engines by what they measure, of choices that are separated by commas.

    A choice is an engine of all checks that have it ("xmipp"), or of one check ("0.e=xmipp"), in
    capitals or not. Of several for the same check the last one counts.
    """
    choices = [choice for choice in map(str.strip, text.split(",")) if choice] or [text]
    return {what: engine for choice in choices for what, engine in _chosen(choice).items()}


def _chosen(text: str) -> Dict[str, str]:
    from vrs.cli.check_names import check_named
    from vrs.engines.choice import ALL_CHOICES, engine_choices
    from vrs.engines.interface import PREPARE
    from vrs.levels import CHECKS

    choices = {what: engine_choices(what) for what in (PREPARE, *CHECKS) if engine_choices(what)}
    name, one_check, engine = (part.strip() for part in text.rpartition("="))
    named, engine = engine, engine.lower()
    if not one_check:
        if engine not in ALL_CHOICES:
            raise _unknown_engine(named, "", ALL_CHOICES)
        return {what: engine for what, names in choices.items() if engine in names}
    what = PREPARE if name.lower() == PREPARE else check_named(name).id
    if what not in choices:
        raise argparse.ArgumentTypeError(
            f"{name!r} has no other engine; those that have are {', '.join(choices)}"
        )
    if engine not in choices[what]:
        raise _unknown_engine(named, f" of {what}", choices[what])
    return {what: engine}


def _unknown_engine(engine: str, of_check: str, known: Sequence[str]) -> Exception:
    return argparse.ArgumentTypeError(
        f"there is no engine {engine!r}; the engines{of_check} are {', '.join(known)}"
    )
