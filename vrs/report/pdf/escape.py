"""Any text made safe for pdflatex: printed as it is, never obeyed.

Names of files, titles of entries and messages of programs come from outside. Every character that
LaTeX would act on becomes the command that prints it; a letter that the fonts of the report lack is
transliterated, or shown as its code point, "[U+4E2D]".
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Dict
from urllib.parse import quote

from pylatex import NoEscape
from pylatexenc import latexencode
from pylatexenc.latexencode import (
    RULE_DICT,
    RULE_REGEX,
    UnicodeToLatexConversionRule,
    UnicodeToLatexEncoder,
)

from vrs.report.text.terminal import harmless
from vrs.report.text.typography import typographic

_PRINTED = (
    *range(0x21, 0x7F),
    *range(0xA1, 0x149),
    *range(0x14A, 0x17F),
    *range(0x391, 0x3CF),
    *range(0x2012, 0x2035),
    *range(0x2070, 0x209D),
    *map(ord, "€™Å←↑→↓↔↕⇐⇒⇔∀∂∃∆∇∈∉∋∏∑−∓∕∗∘∙∝∞∠∣∥∧∨∩∪∫∼≃≅≈≠≡≤≥≪≫⊂⊃⊆⊇⊕⊗⊥⋅"),
)
"""Code points whose letters the fonts have: Latin, Greek, punctuation, raised digits, signs."""

_OURS = {
    "\\": r"\textbackslash",
    "^": r"\textasciicircum",
    "~": r"\textasciitilde",
    "<": r"\textless",
    ">": r"\textgreater",
    "|": r"\textbar",
    '"': r"\textquotedbl",
    "`": r"\textasciigrave",
    "[": "[",
    "]": "]",
    "‑": "-",
    "√": r"\textsurd",
    "⟨": r"\ensuremath{\langle}",
    "⟩": r"\ensuremath{\rangle}",
    "\u00a0": "~",
    "\u2009": r"\,",
    "\u202f": r"\,",
    "\u200b": r"\allowbreak",
    "\x7f": "",
}
"""What the library leaves alone, or prints otherwise. Brackets are protected from commands."""

_CYRILLIC = dict(zip("абвгдеёзийклмнопрстуфхъыьэіїєґ", "abvgdeeziiklmnoprstufh'y'eiieg"))
_CYRILLIC.update(ж="zh", х="kh", ц="ts", ч="ch", ш="sh", щ="shch", ю="yu", я="ya")

_LIGATURES = (
    (re.compile(r"-(?=-)"), "-"),
    (re.compile(r"'(?=')"), "'"),
    (re.compile(r",(?=,)"), ","),
)
"""Pairs that the fonts would join; braces part them."""

_SPACES = re.compile(r"[^\S\u00a0\u2009\u202f]+")
_LONG_WORD = re.compile(r"\S{25,}")
_ENCODED = re.compile(r"(%[0-9A-F]{2})")
_BREAKS = re.compile(r".{3,11}?[/\\_.=,:-]|.{12}")


def escape(text: str) -> NoEscape:
    """LaTeX code that prints ``text``.

    Spaces and line breaks become single spaces, signs and spaces those of print, and long words may
    be broken at the end of a line.
    """
    return NoEscape(_ENCODER.unicode_to_latex(typographic(_plain(text))))


def escape_code(text: str) -> NoEscape:
    """LaTeX code that prints ``text`` as typed, in the typewriter font (file names, commands)."""
    code = _ENCODER.unicode_to_latex(_plain(text)).replace("'", r"\textquotesingle{}")
    return NoEscape(rf"\texttt{{{code}}}")


def escape_key(text: str) -> NoEscape:
    """The key of a reference, which is never printed, with letters and digits only."""
    return NoEscape(re.sub(r"[^A-Za-z0-9]", "", text))


def escape_url(text: str) -> NoEscape:
    """The address of a link, with everything that is neither a letter nor part of it encoded.

    What is encoded already stays as it is.

    >>> print(escape_url("https://a.org/x%3C?y=1&z#%}"))
    https://a.org/x\\%3C?y=1\\&z\\%23\\%25\\%7D
    """
    parts = _ENCODED.split(text)
    encoded = (
        part if index % 2 else quote(part, safe="/:?=;,.+()-@&") for index, part in enumerate(parts)
    )
    return NoEscape(re.sub("[%&]", r"\\\g<0>", "".join(encoded)))


def escaped(part: Any) -> Any:
    """Code for anything that a report is made of: plain text is escaped, code stays as it is."""
    if isinstance(part, (list, tuple)):
        return [escaped(one) for one in part]
    return escape(part) if isinstance(part, str) and not isinstance(part, NoEscape) else part


def joined(*parts: Any, between: str = "") -> NoEscape:
    """The code of several parts in a line; plain text among them is escaped.

    ``between`` is code.

    >>> joined("100 %", NoEscape(r"\\,"), escape_code("a_b"))
    NoEscape(100{~}{\\%}\\,\\texttt{a{\\_}b})
    """
    codes = (escaped(part) for part in parts)
    return NoEscape(between.join(code if isinstance(code, str) else code.dumps() for code in codes))


def metadata(text: str) -> NoEscape:
    """``text`` on one line as a string of the PDF itself, which holds any letter.

    LaTeX sees the number of each byte, and acts on none of the letters.

    >>> print(metadata("A"))
    \\string\\376\\string\\377\\string\\000\\string\\101
    """
    content = " ".join(harmless(text).split()).encode("utf-16-be", errors="replace")
    return NoEscape("".join(rf"\string\{byte:03o}" for byte in b"\xfe\xff" + content))


def _plain(text: str) -> str:
    """The text with single spaces, and a space of no width wherever a long word may be broken."""
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFC", text).replace("\u200b", "")).strip()
    return _LONG_WORD.sub(lambda word: _BREAKS.sub("\\g<0>\u200b", word.group()), spaced)


def _codes() -> Dict[int, str]:
    """The LaTeX code of every character that is not printed by itself."""
    known = latexencode.get_builtin_uni2latex_dict()
    codes = {code: known[code] for code in _PRINTED if code in known}
    codes.update({ord(letter): code for letter, code in _OURS.items()})
    return codes


def _other(character: str) -> str:
    """A letter that the fonts lack: transliterated, without its accents, or its code point."""
    lower = character.lower()
    if lower in _CYRILLIC:
        letters = _CYRILLIC[lower]
        return letters if character == lower else letters.capitalize()
    if unicodedata.category(character) in ("Mn", "Cf"):
        return ""
    decomposed = unicodedata.normalize("NFKD", character)
    bases = "".join(part for part in decomposed if not unicodedata.combining(part))
    if bases and bases != character:
        return "".join(_ENCODER.unicode_to_latex(base) for base in bases)
    return f"{{[}}U+{ord(character):04X}{{]}}"


_ENCODER = UnicodeToLatexEncoder(
    non_ascii_only=False,
    conversion_rules=[
        UnicodeToLatexConversionRule(RULE_REGEX, _LIGATURES),
        UnicodeToLatexConversionRule(RULE_DICT, _codes()),
    ],
    replacement_latex_protection="braces-all",
    unknown_char_policy=_other,
    unknown_char_warning=False,
)
