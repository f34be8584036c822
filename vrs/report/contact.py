"""Who answers for a report, from the configuration.

A value that cannot be used is left out, with a note: no report is lost for it.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Callable, Dict, List, Mapping, Optional, Tuple

from PIL import Image

from vrs.maps.bounded_file import read_bounded
from vrs.maps.errors import VrsError, sentence
from vrs.maps.printing import count
from vrs.maps.whole_file import write_whole
from vrs.report import FIGURES
from vrs.report.model import Contact
from vrs.report.text import links

NAME, ADDRESS, EMAIL, PAGE, LOGO = (
    f"VRS_CONTACT_{part}" for part in ("NAME", "ADDRESS", "EMAIL", "PAGE", "LOGO")
)
VARIABLES = {
    NAME: "Who answers for validation reports: a person or a facility",
    ADDRESS: "Postal address, for the cover of validation reports",
    EMAIL: "E-mail address, for the cover of validation reports",
    PAGE: "Web page, for the cover of validation reports",
    LOGO: "Logo (path of a PNG or JPEG file), for the cover of validation reports",
}
"""Of the environment and of Scipion's configuration, and what they hold."""

LONGEST = 300
"""Letters of a name or an address."""

LARGEST_SIDE = 4000
LARGEST_LOGO = 5_000_000
"""Pixels along a side, and bytes, of a logo."""

_SHOWN = (600, 200)
"""Pixels within which a logo is stored in a report."""

_FILE = f"{FIGURES}/logo.png"


class WrongContact(VrsError):
    """A value of the contact cannot be used."""


def contact_of(
    values: Mapping[str, str], report_folder: Path
) -> Tuple[Optional[Contact], List[str]]:
    """The contact, and a sentence for each value that was left out.

    Parameters
    ----------
    values : mapping of str to str -- by the names of ``VARIABLES``; what is empty is not stated
    report_folder : Path -- gets a copy of the logo

    Returns
    -------
    Contact or None -- None if nothing is stated that can be used
    list of str -- the notes
    """
    readers: Dict[str, Callable[[str], Optional[str]]] = {
        NAME: _line,
        ADDRESS: _line,
        EMAIL: _email,
        PAGE: _page,
        LOGO: lambda text: _logo(text, report_folder),
    }
    known: Dict[str, Optional[str]] = {}
    notes = []
    for name, read in readers.items():
        text = " ".join(values.get(name, "").split()) if name != LOGO else values.get(name, "")
        try:
            if text:
                known[name] = read(text)
        except WrongContact as error:
            notes.append(f"{sentence(error.reason, error.advice)} It was left out.")
    if not known:
        return None, notes
    name, address, email, page = (known.get(key) or "" for key in (NAME, ADDRESS, EMAIL, PAGE))
    return Contact(
        name=name, address=address, email=email, page=page, logo=known.get(LOGO)
    ), notes


def _line(text: str) -> str:
    if len(text) > LONGEST:
        raise WrongContact(
            f"a name or address of the contact has {len(text)} letters, and {LONGEST} are possible",
            "shorten it",
        )
    return text


def _email(text: str) -> str:
    if not links.mail_to(text):
        raise WrongContact(
            f"{EMAIL} is no e-mail address ({text[:LONGEST]})", "write one such as help@example.org"
        )
    return text


def _page(text: str) -> str:
    if not links.web_page(text):
        raise WrongContact(
            f"{PAGE} is no address of a web page ({text[:LONGEST]})",
            "write one such as https://example.org",
        )
    return text


def _logo(text: str, report_folder: Path) -> str:
    """Store the picture in the report, made small and without anything else that is in the file."""
    file = Path(text).expanduser()
    try:
        content = read_bounded(file)
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
            if max(picture.size) > LARGEST_SIDE or len(content) > LARGEST_LOGO:
                raise WrongContact(
                    f"the logo has {picture.size[0]} x {picture.size[1]} pixels and "
                    f"{count(len(content), 'byte')}, and {LARGEST_SIDE} a side and "
                    f"{count(LARGEST_LOGO, 'byte')} are possible",
                    "make it smaller",
                )
            with_alpha = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise WrongContact(
            f"the logo {file.name[:LONGEST]} is no PNG or JPEG picture that can be read",
            f"check {LOGO}",
        ) from error
    white = Image.new("RGBA", with_alpha.size, "white")
    drawn = Image.alpha_composite(white, with_alpha).convert("RGB")
    drawn.thumbnail(_SHOWN)
    stream = io.BytesIO()
    drawn.save(stream, format="PNG", optimize=True)
    (report_folder / FIGURES).mkdir(exist_ok=True)
    write_whole(report_folder / _FILE, stream.getvalue())
    return _FILE
