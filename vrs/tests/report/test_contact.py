"""Who answers for a report: printed when configured, and never the loss of a report."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from vrs.level0 import LEVEL0
from vrs.report.build import build_report
from vrs.report.contact import ADDRESS, EMAIL, LARGEST_SIDE, LOGO, NAME, PAGE, contact_of
from vrs.report.model import Contact
from vrs.tests.report_example import build_example, save_all

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

STATED = {
    NAME: "Map facility & Co. <b>",
    ADDRESS: "Street 1, 12345 Town",
    EMAIL: "maps@example.org",
    PAGE: "https://example.org/maps?a=1&b=2",
}


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    """A wide picture that is half transparent."""
    file = tmp_path / "my logo.png"
    Image.new("RGBA", (900, 300), (200, 0, 0, 128)).save(file)
    return file


def test_nothing_configured_is_no_contact(tmp_path: Path) -> None:
    assert contact_of({}, tmp_path) == (None, [])
    assert contact_of({NAME: "  ", LOGO: ""}, tmp_path) == (None, [])
    assert list(tmp_path.iterdir()) == []


def test_a_logo_is_copied_small_and_without_its_metadata(tmp_path: Path, logo: Path) -> None:
    contact, notes = contact_of({**STATED, LOGO: str(logo)}, tmp_path)
    assert notes == []
    assert contact == Contact(
        name=STATED[NAME], address=STATED[ADDRESS], email=STATED[EMAIL], page=STATED[PAGE],
        logo="figures/logo.png",
    )  # fmt: skip
    with Image.open(tmp_path / "figures" / "logo.png") as picture:
        assert (picture.size, picture.mode) == ((600, 200), "RGB")
        red, green, blue = picture.getpixel((5, 5))
    assert (red, blue) == (pytest.approx(227, abs=2), pytest.approx(127, abs=2))


@pytest.mark.parametrize(
    "name, value, sentence",
    [
        (EMAIL, "maps at example", "VRS_CONTACT_EMAIL is no e-mail address (maps at example)"),
        (EMAIL, "a@b.org\nBcc: x", "VRS_CONTACT_EMAIL is no e-mail address"),
        (PAGE, "javascript:alert(1)", "VRS_CONTACT_PAGE is no address of a web page"),
        (PAGE, "example.org", "write one such as https://example.org. It was left out."),
        (NAME, "x" * 301, "has 301 letters, and 300 are possible: shorten it."),
        (LOGO, "/no/such/logo.png", "The logo logo.png is no PNG or JPEG picture"),
        (LOGO, "/dev/zero", "The logo zero is no PNG or JPEG picture"),
        (LOGO, __file__, "The logo test_contact.py is no PNG or JPEG picture"),
    ],
)
def test_a_wrong_value_is_left_out_with_a_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    contact, (note,) = contact_of({ADDRESS: "Street 1", name: value}, tmp_path)
    assert contact == Contact(address="Street 1")
    assert sentence in note and "\n" not in note


def test_a_large_logo_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "large.png"
    Image.new("1", (LARGEST_SIDE + 1, 2)).save(file)
    contact, (note,) = contact_of({LOGO: str(file)}, tmp_path)
    assert contact is None
    assert note.startswith("The logo has 4001 x 2 pixels")


def test_a_wrong_logo_does_not_lose_the_report(tmp_path: Path) -> None:
    made = build_example(tmp_path, figures=False, contact={NAME: "Facility", LOGO: "/no/logo.png"})
    assert made.report.contact == Contact(name="Facility")
    assert any("logo.png" in note for note in made.report.notes)
    page = made.html.read_text(encoding="utf-8")
    assert "<strong>Facility</strong>" in page and 'alt="Logo' not in page


def test_the_page_holds_contact_and_logo(tmp_path: Path, logo: Path) -> None:
    made = build_example(tmp_path, figures=False, contact={**STATED, LOGO: str(logo)})
    page = made.html.read_text(encoding="utf-8")
    assert "<strong>Map facility &amp; Co. &lt;b&gt;</strong>" in page
    assert 'href="mailto:maps@example.org"' in page
    assert 'href="https://example.org/maps?a=1&amp;b=2"' in page
    assert page.count('alt="Logo of Map facility') == 1


def test_without_contact_the_report_has_none(tmp_path: Path) -> None:
    made = build_example(tmp_path, figures=False)
    assert made.report.contact is None
    assert "<address>" not in made.html.read_text(encoding="utf-8")
    assert '"contact"' not in made.json.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs the program pdftotext")
def test_the_pdf_has_it_on_the_first_page(tmp_path: Path, logo: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    out = tmp_path / "out"
    made = build_report(prepared, checks, [LEVEL0], out, contact={**STATED, LOGO: str(logo)})
    assert made.pdf is not None, made.pdf_problem
    command = ["pdftotext", "-l", "1", "-layout", str(made.pdf), "-"]
    first = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode("utf-8")
    for text in ("Map facility & Co. <b>", "Street 1, 12345 Town", "maps@example.org"):
        assert text in first
