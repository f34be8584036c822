"""Text from outside is printed, not obeyed: what the escaping gives, without LaTeX."""

from __future__ import annotations

import re

import pytest
from pylatex import NoEscape

from vrs.report.pdf.escape import (
    escape,
    escape_code,
    escape_key,
    escape_url,
    joined,
    metadata,
)
from vrs.report.pdf.latex import Command, Text

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


def test_metadata_hold_any_letter_as_numbers_of_bytes() -> None:
    code = metadata("β \\input{x}\n蛋^2")
    numbers = re.findall(r"\\string\\(\d{3})", code)
    assert "".join(rf"\string\{number}" for number in numbers) == code
    assert bytes(int(number, 8) for number in numbers).decode("utf-16") == "β \\input{x} 蛋^2"


def test_arguments_and_parts_are_escaped_unless_they_are_code() -> None:
    printed = r"a{\_}b"
    assert Command("textbf", "a_b").dumps() == rf"\textbf{{{printed}}}"
    assert Command("href", ["a_b", NoEscape(r"\x")]).dumps() == rf"\href{{{printed}}}{{\x}}"
    assert Text("a_b").dumps_content() == printed
    assert joined("a_b", NoEscape("~"), Command("x")) == rf"{printed}~\x"


def test_keys_and_addresses_hold_nothing_active() -> None:
    assert escape_key(r"Sor\input{x}zano_2022") == "Sorinputxzano2022"
    assert escape_url("https://doi.org/10.1/x(1)") == "https://doi.org/10.1/x(1)"
    assert escape_url(r"https://x/}\input{y}%#") == r"https://x/\%7D\%5Cinput\%7By\%7D\%25\%23"
