"""Any text made safe for pdflatex: shown as it is, never obeyed.

Names of files, titles of entries and messages of programs come from outside. Every character that
LaTeX would act on becomes the command that prints it; letters that the fonts of the report lack are
transliterated (Cyrillic, letters with rare accents) or shown as their code point, "[U+4E2D]".
"""

from __future__ import annotations

import re
import unicodedata
from typing import Dict, List

_SPECIAL: Dict[str, str] = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "[": "{[}",
    "]": "{]}",
}

_SYMBOLS: Dict[str, str] = {
    "\u00a0": "~",
    "\u2009": r"\,",
    "\u202f": r"\,",
    "\u2002": " ",
    "\u2003": " ",
    "\u00ad": "",
    "\u200b": "",
    "\ufeff": "",
    "–": "--",
    "—": "---",
    "‐": "-",
    "‑": "-",
    "−": r"\ensuremath{-}",
    "…": r"\ldots{}",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "„": r"\quotedblbase{}",
    "′": r"\ensuremath{'}",
    "×": r"\ensuremath{\times}",
    "·": r"\ensuremath{\cdot}",
    "•": r"\textbullet{}",
    "±": r"\ensuremath{\pm}",
    "∓": r"\ensuremath{\mp}",
    "≥": r"\ensuremath{\geq}",
    "≤": r"\ensuremath{\leq}",
    "≠": r"\ensuremath{\neq}",
    "≈": r"\ensuremath{\approx}",
    "∼": r"\ensuremath{\sim}",
    "∞": r"\ensuremath{\infty}",
    "√": r"\ensuremath{\surd}",
    "∑": r"\ensuremath{\Sigma}",
    "∂": r"\ensuremath{\partial}",
    "→": r"\ensuremath{\rightarrow}",
    "←": r"\ensuremath{\leftarrow}",
    "↔": r"\ensuremath{\leftrightarrow}",
    "⟨": r"\ensuremath{\langle}",
    "⟩": r"\ensuremath{\rangle}",
    "°": r"\textdegree{}",
    "º": r"\textordmasculine{}",
    "ª": r"\textordfeminine{}",
    "µ": r"\textmu{}",
    "¹": r"\textonesuperior{}",
    "²": r"\texttwosuperior{}",
    "³": r"\textthreesuperior{}",
    "⁻": r"\ensuremath{^{-}}",
    "½": r"\textonehalf{}",
    "¼": r"\textonequarter{}",
    "¾": r"\textthreequarters{}",
    "©": r"\textcopyright{}",
    "®": r"\textregistered{}",
    "™": r"\texttrademark{}",
    "€": r"\texteuro{}",
    "£": r"\textsterling{}",
    "¥": r"\textyen{}",
    "¢": r"\textcent{}",
    "¶": r"\textparagraph{}",
    "§": r"\textsection{}",
    "¬": r"\ensuremath{\lnot}",
    "¦": r"\textbrokenbar{}",
}


def _pairs(text: str) -> Dict[str, str]:
    """A dictionary from "key value key value ..."."""
    words = text.split()
    return dict(zip(words[::2], words[1::2]))


_GREEK = _pairs(
    "α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu "
    "ν nu ξ xi π pi ρ rho ς varsigma σ sigma τ tau υ upsilon φ phi χ chi ψ psi ω omega "
    "Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega"
)
_GREEK_AS_LATIN = _pairs("Α A Β B Ε E Ζ Z Η H Ι I Κ K Μ M Ν N Ο O Ρ P Τ T Χ X ο o")
_CYRILLIC = _pairs(
    "а a б b в v г g д d е e ё e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f "
    "х kh ц ts ч ch ш sh щ shch ъ ' ы y ь ' э e ю yu я ya і i ї i є e ґ g"
)
_LATIN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ¡¿"
    "ĂăĄąĆćČčĎďĐđĘęĚěĞğĹĺĽľŁłŃńŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽž"
)
"""Letters that the T1 fonts have and that inputenc knows; they pass unchanged."""

_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=,)(?=,)|(?<=[?!])(?=`)")
_BREAKING_SPACES = re.compile(r"[^\S\u00a0\u2009\u202f]+")
_NEGATIVE_NUMBER = re.compile(r"(?<![\w-])-(?=\.?\d)")
_SPACE_BEFORE_UNIT = re.compile(r"(?<=\d) (?=[Å%σ]|kDa\b)")
_LONG_WORD = 24


def escape(text: str) -> str:
    """LaTeX code that prints ``text``.

    Spaces and line breaks become single spaces, the hyphen of a negative number a minus sign;
    a number stays with its unit, and long words may be broken at the end of a line.
    """
    words = typographic(text).split(" ")
    return " ".join(_word(word) for word in words)


def typographic(text: str) -> str:
    """The text, still plain, with minus signs and with spaces that keep a number and its unit."""
    return _SPACE_BEFORE_UNIT.sub("\u00a0", _NEGATIVE_NUMBER.sub("−", _normalised(text)))


def escape_code(text: str) -> str:
    """LaTeX code that prints ``text`` as typed, in the typewriter font (file names, commands)."""
    words = ["".join(_breakable(word, escaped_quote=True)) for word in _normalised(text).split(" ")]
    return r"\texttt{" + " ".join(words) + "}"


def plain_ascii(text: str) -> str:
    """``text`` with letters, digits and harmless punctuation only, for the PDF's own metadata."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join(re.sub(r"[^A-Za-z0-9 .:()/+-]", " ", decomposed).split())


def _normalised(text: str) -> str:
    return _BREAKING_SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _word(word: str) -> str:
    if len(word) > _LONG_WORD:
        return "".join(_breakable(word, escaped_quote=False))
    return "".join(_character(character) for character in _split_ligatures(word))


def _breakable(word: str, escaped_quote: bool) -> List[str]:
    """Codes of the characters of a long word, with leave to break it after a few letters."""
    codes: List[str] = []
    since_break = 0
    for character in _split_ligatures(word):
        quote = escaped_quote and character == "'"
        codes.append(r"\textquotesingle{}" if quote else _character(character))
        since_break += 1
        if (character in "/\\_-.=,:" and since_break > 3) or since_break >= _LONG_WORD // 2:
            codes.append(r"\allowbreak{}")
            since_break = 0
    return codes


def _split_ligatures(word: str) -> List[str]:
    """Characters of the word; an empty one parts pairs that the font would join ("--", "''")."""
    parts = _LIGATURES.split(word)
    characters = list(parts[0])
    for part in parts[1:]:
        characters += ["", *part]
    return characters


def _character(character: str) -> str:
    if not character:
        return "{}"
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in _SYMBOLS:
        return _SYMBOLS[character]
    if character in _LATIN or " " <= character <= "~":
        return character
    if character in _GREEK:
        return rf"\ensuremath{{\{_GREEK[character]}}}"
    if character in _GREEK_AS_LATIN:
        return _GREEK_AS_LATIN[character]
    lower = character.lower()
    if lower in _CYRILLIC:
        letters = _CYRILLIC[lower]
        return letters if character == lower else letters.capitalize()
    return _without_accents(character)


def _without_accents(character: str) -> str:
    """The base letters of a composed character, nothing for a lone accent, or its code point."""
    if unicodedata.category(character) in ("Mn", "Cf"):
        return ""
    decomposed = unicodedata.normalize("NFKD", character)
    bases = "".join(part for part in decomposed if not unicodedata.combining(part))
    if bases and bases != character:
        return "".join(_character(part) for part in bases)
    return f"{{[}}U+{ord(character):04X}{{]}}"
