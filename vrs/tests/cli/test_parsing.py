"""Words on the command line: what is suggested, what the help shows, what checks are called."""

from __future__ import annotations

import argparse
from typing import List, Tuple

import pytest

from vrs.checks.check import Check
from vrs.cli import check_names
from vrs.cli.check_names import checks_named, short_name
from vrs.cli.exit_status import fail_on
from vrs.cli.main import main, make_parser
from vrs.levels import CHECKS


def refusal(arguments: List[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The first line with which wrong usage is refused."""
    with pytest.raises(SystemExit) as ending:
        main(arguments)
    assert ending.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err.splitlines()[0]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("reprot a.mrc", "vrs: there is no command 'reprot'; did you mean report?"),
        ("Compare a b", "vrs: there is no command 'Compare'; did you mean compare?"),
        ("map.mrc --contour 1", "there is no command 'map.mrc'. The commands are report, batch"),
        ("--versoin", "vrs: there is no option --versoin; did you mean --version?"),
        ("report a --countour 0.09", "there is no option --countour; did you mean --contour?"),
        ("report a --contour 1 --res 3", "there is no option --res; did you mean --resolution?"),
        ("report a -contour 0.09", "there is no option -contour; did you mean --contour?"),
        ("report a --contour=1 --skipp=h", "there is no option --skipp; did you mean --skip?"),
        ("report a --contour 1 --zzz", "vrs report: there is no option --zzz (see"),
        ("report a b --contour 1", "'b' is one argument too many: a report is of one map"),
        ("report a", "the contour level is missing: add --contour with the recommended contour"),
        ("report", "the following arguments are required: MAP"),
        ("compare", "the following arguments are required: REPORT"),
        ("run a b", "'b' is one argument too many: one workflow is run at a time"),
        ("report a --contour 1 --fail-on warning", "did you mean warnings?"),
    ],
)
def test_wrong_usage_is_one_sentence_that_says_what_was_meant(
    line: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in refusal(line.split(), capsys)


def test_an_example_follows_the_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["report", "map.mrc"])
    assert capsys.readouterr().err.endswith(
        "(see vrs report --help)\nexample:\n  vrs report map.mrc --contour 0.09 --resolution 3.2\n"
    )


@pytest.mark.parametrize("columns", [45, 60, 80, 100])
@pytest.mark.parametrize("command", ["", "report", "run", "compare", "doctor", "gui"])
def test_the_help_fits_the_terminal(
    command: str,
    columns: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    with pytest.raises(SystemExit) as ending:
        main([*command.split(), "--help"])
    assert ending.value.code == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= columns
    assert "examples:\n  vrs " in text


def test_the_help_names_the_checks_and_the_exit_statuses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    text = capsys.readouterr().out
    for check in CHECKS.values():
        assert f"\n  {check.id}  {short_name(check)} " in text
    for status in ("0", "1", "2", "3", "4", "130"):
        assert f"\n  {status:<5}" in text.split("exit status:")[1]


def test_the_examples_of_the_help_are_right_usage() -> None:
    parser = make_parser()
    commands = [line for name in ("report", "run", "compare", "doctor", "gui")
                for line in parser.parser_of(name).examples]  # fmt: skip
    assert len(commands) >= 5
    for command in commands:
        program, *arguments = command.split()
        assert program == "vrs" and parser.parse_args(arguments).command == arguments[0]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("0.h", ("0.h",)), ("h", ("0.h",)), ("H", ("0.h",)), ("hand", ("0.h",)),
        ("HAND", ("0.h",)), ("mass", ("0.a",)), ("Mass analysis", ("0.a",)),
        ("b-factor", ("0.d",)), ("bfactor", ("0.d",)), ("local_b_factor", ("0.f",)),
        ("Local resolution", ("0.e",)), ("e, hand,0.A", ("0.e", "0.h", "0.a")), ("", ()),
    ],
)  # fmt: skip
def test_a_check_has_a_number_a_letter_and_a_name(text: str, ids: Tuple[str, ...]) -> None:
    assert checks_named(text) == ids


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("hnad", "; did you mean hand?"),
        ("occupancy", "; did you mean local-occupancy?"),
        ("z", "."),
    ],
)
def test_an_unknown_check_is_refused_with_all_names(text: str, hint: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as refused:
        checks_named(text)
    assert f"there is no check {text!r}{hint} The checks are 0.a mass, 0.b mask" in str(
        refused.value
    )


def test_a_letter_of_several_levels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    first = CHECKS["0.a"]
    fields = {name: getattr(first, name) for name in Check.__dataclass_fields__}
    other = Check(**{**fields, "id": "1.a", "title": "Half maps"})
    monkeypatch.setattr(check_names, "CHECKS", {**CHECKS, "1.a": other})
    assert checks_named("half-maps,mass") == ("1.a", "0.a")
    with pytest.raises(argparse.ArgumentTypeError, match="several levels: write 0.a or 1.a"):
        checks_named("a")


def test_checks_to_leave_out_may_be_named_in_one_option_or_in_several() -> None:
    options = make_parser().parse_args(
        ["report", "a", "--contour", "1", "--skip", "h,mass", "--skip", "0.h"]
    )
    assert sorted(set(options.skip)) == ["0.a", "0.h"]


def test_never_is_no_result() -> None:
    assert fail_on("never") == ()
    assert fail_on("Warnings, not-measured") == ("warnings", "not-measured")
    assert fail_on("serious,points") == ("serious", "points")
