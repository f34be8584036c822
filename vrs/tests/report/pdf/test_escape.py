"""Text from outside is printed, not obeyed: what the escaping gives, without LaTeX."""

from __future__ import annotations

import pytest

from vrs.report.pdf.escape import escape, escape_code, plain_ascii

ACTIVE = "\\{}$&#%_^~"


@pytest.mark.parametrize("character", ACTIVE)
def test_no_active_character_passes_bare(character: str) -> None:
    code = escape(f"a{character}b")
    assert code != f"a{character}b"
    without_commands = code.replace("\\" + character, "").replace("{}", "")
    assert character not in without_commands or character == "\\"


def test_a_command_in_a_title_becomes_letters() -> None:
    assert escape(r"\input{x}") == r"{\textbackslash}input{\{}x{\}}"
    assert escape("^^5cinput") == r"{\textasciicircum}{\textasciicircum}5cinput"


def test_a_bracket_cannot_become_an_option_of_a_command() -> None:
    assert escape("[2cm]") == "{[}2cm{]}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5 Å³", r"5{~}{\r{A}}{\textthreesuperior}"),
        ("±3 σ", r"{\ensuremath{\pm}}3{~}{\ensuremath{\sigma}}"),
        ("x ≥ 2 × 3", r"x {\ensuremath{\geq}} 2 {\texttimes} 3"),
        ("-300 to -1.5", r"{\ensuremath{-}}300 to {\ensuremath{-}}1.5"),
        ("beta-2 2020-01-05", "beta-2 2020-01-05"),
        ("β-galactosidase", r"{\ensuremath{\beta}}-galactosidase"),
        ("Привет", "Privet"),
        ("Ramírez", r"Ram{\'\i}rez"),
        ("ậ", "a"),
        ("中", "{[}U+4E2D{]}"),
        ("a--b", "a{-}-b"),
        ("tab\there\n", "tab here"),
        ("", ""),
    ],
)
def test_symbols_and_letters(text: str, code: str) -> None:
    assert escape(text) == code


def test_long_words_may_be_broken() -> None:
    assert r"{\allowbreak}" in escape("x" * 200)
    assert r"{\allowbreak}" in escape_code("emd_3488_a_map_with_a_long_name.map.gz")


def test_code_keeps_straight_quotes() -> None:
    assert r"\textquotesingle{}" in escape_code("it's")


def test_metadata_hold_plain_letters_only() -> None:
    assert plain_ascii(r"β \input{x} Å^2") == "input x A 2"
