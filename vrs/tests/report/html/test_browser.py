"""report.html in a real browser: no complaint, no request, and everything answers to keys."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Iterator

import pytest
from matplotlib.image import imread

import vrs
from vrs.report import contact
from vrs.tests.chromium import BROKEN_PICTURES, PROGRAM, Chromium
from vrs.tests.report_example import OBEYED_TITLE, build_example, full_entry, preparation

if PROGRAM is None:
    pytest.skip("needs the program chromium", allow_module_level=True)

pytestmark = pytest.mark.slow

CONTACT = {
    contact.NAME: "Facility",
    contact.EMAIL: "maps@example.org",
    contact.LOGO: str(Path(vrs.__file__).with_name("logo.png")),
}

_CANVAS = "document.querySelectorAll('#slices canvas')[{}].toDataURL()"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("with {odd} name")
    prepared = preparation(entry=full_entry())
    return build_example(folder, prepared, title=OBEYED_TITLE, contact=CONTACT).html


@pytest.fixture
def browser(chromium: Chromium, file: Path) -> Chromium:
    """The report, just loaded, with its slices drawn."""
    chromium.open(file)
    end = time.monotonic() + 10
    while not chromium.run("'drawn' in document.getElementById('slices').dataset"):
        assert time.monotonic() < end, "the slices are not drawn"
    return chromium


_SEEN = "getClientRects().length > 0"


@pytest.fixture(autouse=True)
def _quiet(browser: Chromium) -> Iterator[None]:
    """In no test may the page complain, or ask for anything but itself."""
    yield
    assert browser.complaints == []
    asked = [address for address in browser.requests if not address.startswith("data:")]
    assert len(asked) == 1 and asked[0].startswith("file:")


def test_the_page_loads_with_all_pictures(browser: Chromium) -> None:
    assert browser.run(BROKEN_PICTURES) == 0
    assert browser.run("document.images.length") > 8
    assert "obeyed" not in browser.run("document.title").replace("= 'obeyed'", "")


def test_the_entry_stands_before_the_input_and_has_its_link(browser: Chromium) -> None:
    parts = browser.run("Array.from(document.querySelectorAll('main > *')).map(e => e.id)")
    assert parts.index("entry") + 1 == parts.index("input")
    links = browser.run("Array.from(document.querySelectorAll('#entry a')).map(e => e.href)")
    assert "https://www.ebi.ac.uk/emdb/EMD-10001" in links
    assert all(link.startswith("https://") for link in links)


def test_the_cover_has_the_picture_of_its_figure(browser: Chromium, file: Path) -> None:
    assert browser.run("document.querySelector('.cover').naturalWidth") > 1000
    assert browser.run("document.querySelector('.cover').alt").startswith("Shaded isosurface")
    pictures = re.findall(r"data:image/[^\"]{10000,}", file.read_text(encoding="utf-8"))
    assert len(pictures) == len(set(pictures)) > 5


def test_an_old_browser_says_why_there_are_no_slices(chromium: Chromium, file: Path) -> None:
    hide = "delete window.DecompressionStream"
    script = chromium.call("Page.addScriptToEvaluateOnNewDocument", source=hide)["identifier"]
    chromium.open(file)
    chromium.call("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
    assert chromium.run(f"document.querySelector('#slices .too-old').{_SEEN}") is True


def test_a_browser_that_shows_the_slices_is_not_called_old(browser: Chromium) -> None:
    assert browser.run(f"document.querySelector('#slices .too-old').{_SEEN}") is False


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_arrow_keys_move_a_slice(browser: Chromium, axis: int) -> None:
    before = [browser.run(_CANVAS.format(index)) for index in range(3)]
    place = f"document.querySelectorAll('#slices output')[{axis}].textContent"
    assert browser.run(place) == "33.0 Å"
    browser.run(f"document.querySelectorAll('#slices input[type=range]')[{axis}].focus()")
    browser.press("ArrowRight")
    after = [browser.run(_CANVAS.format(index)) for index in range(3)]
    assert [old != new for old, new in zip(before, after)] == [index == axis for index in range(3)]
    assert browser.run(place) == "35.0 Å"
    browser.press("ArrowLeft")
    assert browser.run(_CANVAS.format(axis)) == before[axis]


def test_the_slice_shows_the_map_with_z_up(browser: Chromium) -> None:
    """The large ball of the example lies at low Z, in the lower half of the slice normal to X."""
    browser.run("document.getElementById('contour').click()")
    upper, lower = browser.run(
        "(() => {const c = document.querySelector('#slices canvas');"
        "const pen = c.getContext('2d');"
        "const p = pen.getImageData(0, 0, c.width, c.height * 0.9).data;"
        "const n = [0, 0]; for (let i = 0; i < p.length; i += 4)"
        " n[i < p.length * 5 / 9 ? 0 : 1] += p[i] > 200; return n;})()"
    )
    assert lower > 1.1 * upper > 0


def test_the_contour_line_is_drawn_and_can_be_left_out(browser: Chromium) -> None:
    """The large ball, 15 voxels across, is outlined in every slice; the map itself is grey."""
    coloured = (
        "Array.from(document.querySelectorAll('#slices canvas')).map((c) => {"
        "const copy = new OffscreenCanvas(c.width, c.height);"
        "const pen = copy.getContext('2d', {willReadFrequently: true}); pen.drawImage(c, 0, 0);"
        "const p = pen.getImageData(0, 0, c.width, c.height).data;"
        "let n = 0; for (let i = 0; i < p.length; i += 4) n += p[i] > p[i + 2] + 100; return n;})"
    )
    pixels_per_voxel = 480 // 32
    outline = 3.14 * 15 * pixels_per_voxel
    assert all(0.8 * outline < count < 6 * outline for count in browser.run(coloured))
    browser.run("document.getElementById('contour').click()")
    assert browser.run(coloured) == [0, 0, 0]


def test_a_picture_is_enlarged_by_enter_and_closed_by_escape(browser: Chromium) -> None:
    browser.run("document.querySelector('button.enlarge').focus()")
    browser.press("Enter")
    assert browser.run("document.getElementById('zoom').open") is True
    assert "Figure 1" in browser.run("document.querySelector('#zoom .caption').textContent")
    browser.press("Escape")
    assert browser.run("document.getElementById('zoom').open") is False
    assert browser.run("document.activeElement.className") == "enlarge"


def test_sections_fold_and_links_unfold_them(browser: Chromium) -> None:
    opened = "document.querySelectorAll('details[open]').length"
    browser.run("document.querySelector('[data-fold=\"\"]').click()")
    assert browser.run(opened) == 0
    browser.run("document.querySelector('nav a[href=\"#check-0.d\"]').click()")
    browser.press("Tab")
    assert browser.run("document.getElementById('check-0.d').open") is True
    browser.run("document.querySelector('[data-fold=open]').click()")
    assert browser.run(f"{opened} === document.querySelectorAll('details').length") is True


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_the_window(browser: Chromium, width: int, tmp_path: Path) -> None:
    browser.resize(width, 800)
    assert browser.run("document.documentElement.scrollWidth") <= width
    shot = imread(browser.screenshot(tmp_path / "shot.png"))
    assert shot.shape[:2] == (800, width)
    assert 0.01 < (shot[..., :3].min(axis=2) < 0.5).mean() < 0.6


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs the program pdftotext")
def test_on_paper_everything_is_unfolded(browser: Chromium, tmp_path: Path) -> None:
    browser.run("document.querySelector('[data-fold=\"\"]').click()")
    paper = browser.print(tmp_path / "page.pdf")
    text = subprocess.run(
        ["pdftotext", "-layout", str(paper), "-"], check=True, stdout=subprocess.PIPE
    ).stdout.decode("utf-8")
    assert "How to read it" in text and "matplotlib" in text
    assert "Table 1: Components" in text and "Unfold all" not in text


def _copy(browser: Chromium, name: str) -> str:
    """Press a button to copy with the keyboard; gives what the page says about it."""
    answer = f"document.querySelector('[data-copy={name}] + [role=status]').textContent"
    browser.run(f"document.querySelector('[data-copy={name}]').focus()")
    browser.press("Enter")
    end = time.monotonic() + 5
    while not browser.run(answer):
        assert time.monotonic() < end, "the page says nothing"
    said: str = browser.run(answer)
    return said


def test_the_bibliography_is_copied_without_a_server(browser: Chromium, file: Path) -> None:
    browser.run(
        "navigator.clipboard.writeText = async (text) => { window.copied = text; }; undefined"
    )
    assert _copy(browser, "bibtex") == "Copied."
    expected = (file.parent / "references.bib").read_text(encoding="ascii")
    assert browser.run("window.copied") == expected.strip()


@pytest.mark.parametrize(
    "refusal",
    [
        "navigator.clipboard.writeText = () => Promise.reject(new Error('no')); undefined",
        "Object.defineProperty(navigator, 'clipboard', { value: undefined }); undefined",
    ],
)
def test_where_the_browser_does_not_copy_the_text_is_selected(
    browser: Chromium, refusal: str
) -> None:
    browser.run(refusal)
    assert _copy(browser, "methods-text").startswith("Selected: copy it")
    shown = browser.run("document.getElementById('methods-text').textContent")
    assert "was validated by scipion-em-vrs" in shown
    assert browser.run("getSelection().toString().trim()") == shown.strip()
