"""report.html: all is in it, nothing from outside is obeyed, and nothing is fetched."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

import msgspec
import numpy as np
import pytest

from vrs.checks.entry import Entry
from vrs.level0 import LEVEL0
from vrs.maps import DensityMap
from vrs.report.build import ReportFiles, build_report
from vrs.report.html.page import LARGEST_PAGE, make_page
from vrs.report.html.slice_stack import make_stack
from vrs.report.text.typography import typographic
from vrs.tests.report_example import CONTOUR, build_example, preparation, save_all, two_balls

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)"),
]

NASTY_TITLE = "<script>alert(1)</script> & <b onclick='x'> \"quoted\" {{ 7 * 7 }} naïve 中文"


class Reader(HTMLParser):
    """Tags with their attributes, and the visible text."""

    _SILENT = ("script", "style", "title")
    _VOID = ("meta", "link", "img", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: List[Tuple[str, Dict[str, Optional[str]]]] = []
        self.open: List[str] = []
        self.text = ""
        self.feed(text)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag in ("td", "th", "dt", "dd"):
            self.text += " "

    def handle_data(self, data: str) -> None:
        if not set(self._SILENT) & set(self.open):
            self.text += re.sub(r"\s+", " ", data)

    def all(self, tag: str) -> Iterator[Dict[str, Optional[str]]]:
        """Attributes of every tag of one name."""
        return (attributes for name, attributes in self.tags if name == tag)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return build_example(
        tmp_path_factory.mktemp("page"),
        preparation("a <map> & more.mrc", header=("The header says 0 & lies.",)),
        title=NASTY_TITLE,
        command_line="vrs report 'a <map> & more.mrc' --contour 0.5",
        workflow_file="workflow.json",
        seconds=61.25,
    )


@pytest.fixture(scope="module")
def raw(files: ReportFiles) -> str:
    return files.html.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(raw: str) -> Reader:
    return Reader(raw)


def test_every_section_is_there_in_order(page: Reader) -> None:
    headings = ["Verdict", "About this report", "1 Input data"]
    headings += ["2 What kind of map is this?", "3 Level 0 analysis"]
    headings += [
        f"3.{number} Level {check.id} {check.title}"
        for number, check in enumerate(LEVEL0.checks, start=1)
    ]
    headings += ["4 All measurements", "5 Provenance"]
    places = [page.text.rindex(heading) for heading in headings[1:]]
    assert places == sorted(places)
    assert page.text.index("The published rules") < places[0]
    assert "References" in page.text[places[-1] :]


def test_the_verdict_says_status_and_finding_in_words(page: Reader, files: ReportFiles) -> None:
    verdict = page.text[: page.text.index("1 Input data")].replace("\u00a0", " ")
    for check in files.report.checks:
        assert check.title in verdict and check.status_text in verdict
        values = [decision.text for decision in check.deciding] if check.evaluated else []
        for shown in values or ([] if check.evaluated else [check.reason]):
            assert typographic(shown).replace("\u00a0", " ") in verdict
    assert files.report.summary[-1] in verdict
    assert files.report.overall.text in verdict


def test_text_from_outside_is_shown_and_not_obeyed(raw: str, page: Reader) -> None:
    assert NASTY_TITLE in page.text
    assert "a <map> & more.mrc" in page.text and "The header says 0 & lies." in page.text
    assert raw.count("<script") == 2
    assert not [tag for tag, attributes in page.tags if any(n.startswith("on") for n in attributes)]


def test_warnings_remarks_and_rules_are_apart(page: Reader) -> None:
    text = page.text.replace("\u00a0", " ")
    assert "The mask is off the centre along X by 21.5 % of the box." in text
    assert "Caution. The smallest empty space, 4.0 Å, is no space at all." in text
    assert "Published rules (scored)" in text
    assert "Beyond the published rules (not scored)" in text
    assert "The background is constant, the map is masked." in text


def test_what_is_missing_is_said_and_never_nan(page: Reader) -> None:
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b|Undefined", page.text)
    assert "– (none remain)" in page.text
    assert page.text.count("This figure could not be drawn.") == 3
    assert "Not drawn: the volume “lost_map” is missing." in page.text


def test_nothing_is_fetched(raw: str, page: Reader) -> None:
    for tag, attributes in page.tags:
        for name in ("src", "href", "srcset", "action", "data"):
            address = attributes.get(name) or "#"
            doi = tag == "a" and address.startswith("https://doi.org/")
            assert doi or address.startswith(("#", "data:")), (tag, address[:80])
    assert "default-src 'none'" in raw and "@import" not in raw and "url(" not in raw


def test_links_inside_the_page_lead_somewhere(page: Reader) -> None:
    names = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = {a["href"] for tag in ("a", "use") for a in page.all(tag)}
    assert {link[1:] for link in links if link and link.startswith("#")} <= names


def test_pictures_are_inside_and_described(page: Reader, files: ReportFiles) -> None:
    pictures = [picture for picture in page.all("img") if "src" in picture]
    drawn = [drawn for section in files.report.sections for drawn in section.figures]
    assert len(pictures) == sum(bool(d.file) for d in drawn)
    assert all(picture["alt"] for picture in pictures)
    kinds = {str(picture["src"]).split(";")[0] for picture in pictures}
    assert kinds == {"data:image/jpeg", "data:image/png", "data:image/svg+xml"}
    described = {
        str(picture["alt"]).replace("−", "-").replace("\u00a0", " ") for picture in pictures
    }
    assert {f"Figure {d.number}: {d.alt}" for d in drawn if d.file} <= described


def test_the_provenance_is_printed(page: Reader) -> None:
    text = page.text.replace("\u00a0", " ")
    differs = "The map file’s header differs from the values used in: Voxel size and Space group."
    assert differs in text
    assert "1.9375 Å 2 Å differs: the size in the header was replaced" in text
    assert "made by nobody, 100 % {odd} & <b>" in text
    assert "vrs run workflow.json" in text
    assert "Time of the figures" in text and "Memory" in text


def test_the_methods_and_the_bibliography_can_be_copied(page: Reader, files: ReportFiles) -> None:
    names = {attributes.get("id") for _, attributes in page.tags}
    copied = {
        attributes["data-copy"] for attributes in page.all("button") if "data-copy" in attributes
    }
    assert copied == {"command", "workflow-command", "methods-text", "bibtex"} <= names
    text = re.sub(r"\s+", " ", page.text)
    assert files.report.methods.text in text
    assert " ".join(files.report.methods.bibtex.split()) in text


def test_the_page_is_small_and_a_limit_is_kept(files: ReportFiles) -> None:
    size = files.html.stat().st_size
    assert size < LARGEST_PAGE
    folder = files.html.parent
    smaller = make_page(files.report, folder, two_balls(), largest_file=size * 2 // 3)
    assert len(smaller.text.encode("utf-8")) <= size * 2 // 3
    assert 'src="data:image/png' in smaller.text
    least = make_page(files.report, folder, two_balls(), largest_file=1)
    assert 'src="data:image/' not in least.text
    assert "it is in figures/figure_01.png" in least.text


def test_without_a_map_there_is_no_slider(files: ReportFiles) -> None:
    made = make_page(msgspec.structs.replace(files.report, title=""), files.html.parent, None)
    assert made.slice_viewer is None and 'id="slices"' not in made.text


def test_slices_are_binned_and_white_is_above_the_contour() -> None:
    data = np.zeros((20, 40, 64), np.float32)
    data[10, 20, 32] = 3.0
    stack = make_stack(DensityMap(data, 1.5), CONTOUR, 32)
    assert stack.levels.shape == (10, 20, 32)
    assert stack.details.binning == 2 and stack.details.voxel_size == 3.0
    assert stack.details.grey_levels == pytest.approx([0.0, 0.55])
    assert 0 < stack.contour_level < 255
    lower = make_stack(DensityMap(data, 1.5), 0.1, 32)
    assert lower.details.grey_levels == pytest.approx([0.0, 3.0 / 8])
    flat = make_stack(DensityMap(np.zeros((4, 4, 4), np.float32), 1.0), 0.0, 32)
    assert flat.levels.max() == 0


def test_the_slices_keep_the_noise_to_a_quarter_of_its_deviation() -> None:
    noise = np.random.default_rng(0).normal(size=(40, 40, 40)).astype(np.float32)
    stack = make_stack(DensityMap(noise, 1.0), contour=2.0, longest=40)
    low, high = stack.details.grey_levels
    seen = low + stack.levels * (high - low) / 255
    inside = (noise > low) & (noise < high)
    assert np.abs(seen - noise)[inside].max() < 0.14
    assert len(stack.encoded) < 0.8 * noise.size


def test_the_numbers_of_the_slices_are_in_report_json(files: ReportFiles) -> None:
    content = json.loads(files.json.read_text(encoding="utf-8"))
    viewer = content["slice_viewer"]
    assert viewer["box"] == [32, 32, 32] and viewer["binning"] == 1
    assert viewer["contour"] == CONTOUR and len(viewer["grey_levels"]) == 2


def test_the_slices_have_a_line_at_the_contour_level(page: Reader) -> None:
    (viewer,) = (attributes for _, attributes in page.tags if attributes.get("class") == "voxels")
    stack = make_stack(two_balls(), CONTOUR, 160)
    assert float(str(viewer["data-contour"])) == stack.contour_level
    assert stack.levels.min() < stack.contour_level < stack.levels.max()
    (tick,) = (box for box in page.all("input") if box.get("id") == "contour")
    assert "checked" in tick and "Line at the contour level 0.5." in page.text


def test_without_resolution_the_summary_has_a_box(tmp_path: Path) -> None:
    authors = ["A. Person", "Ł. Østergård"]
    entry = Entry(id="EMD-0001", title="Two <balls>", authors=authors)
    prepared, checks = save_all(
        tmp_path, preparation(resolution=None, entry=entry), figures=False
    )
    made = build_report(prepared, checks[:1], [LEVEL0], tmp_path / "out", pdf=False)
    page = Reader(made.html.read_text(encoding="utf-8"))
    assert "No resolution was reported for this map" in page.text
    for shown in ("EMD-0001", "Two <balls>", "Ł. Østergård", "EMDB entry"):
        assert shown in page.text
