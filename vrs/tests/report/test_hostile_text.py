"""Every text of a report from outside is shown, and none is obeyed, in all formats.

The texts are found by their types, so that a new field cannot be forgotten.
"""

from __future__ import annotations

import ast
import dataclasses
import io
import re
import shutil
import subprocess
from enum import Enum
from pathlib import Path
from typing import Any, Dict

import msgspec
import pytest

import vrs
from vrs.checks.entry import Entry
from vrs.checks.figures import TableColumn
from vrs.cli.outcome import verdict
from vrs.report.build import ReportFiles
from vrs.report.compare import compare
from vrs.report.compare.finished import FinishedReport
from vrs.report.compare.page import make_comparison_page
from vrs.report.compare.terminal import text_of
from vrs.report.html.page import make_page
from vrs.report.model import (
    PACKAGE,
    Contact,
    DrawnFigure,
    EntryComparison,
    Evidence,
    Finding,
    Overall,
    PeerFinding,
    PeerNumber,
    Peers,
    Provenance,
    Report,
    RuleContent,
)
from vrs.report.pdf.compile import make_pdf
from vrs.report.pdf.document import document
from vrs.report.text.entry_comparison import comparisons
from vrs.report.text.findings.facts import facts_of
from vrs.report.text.links import entry_page
from vrs.report.text.screen import Screen
from vrs.tests.report.text.test_terminal import controls
from vrs.tests.report_example import full_entry

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

LOGO = Path(vrs.__file__).parent / "logo.png"
PDF_SOURCES = Path(vrs.__file__).parent / "report" / "pdf"

COMMANDS = r"\input{/etc/passwd}\end{document}$\frac{$%&#_{}~^^5c[2cm]"
MARKUP = "<script>obeyed()</script>'\"><img src=x onerror=obeyed()>{{ 7 * 7 }}"
HOSTILE = f"{COMMANDS}{MARKUP}\x1b[31m\x9b2J\x07\u202e\u2066"

CHECKED = {
    DrawnFigure: {"file", "vector", "thumbnail"},
    RuleContent: {"must"},
    TableColumn: {"format"},
    Provenance: {"date"},
    Overall: {"level"},
    Finding: {"severity"},
    Report: {"schema_version"},
    Contact: {"logo"},
    Entry: {"id"},
    EntryComparison: {"agreement"},
}
"""Names of files, and fields of which any other text is refused when they are read."""


def hostile(value: Any) -> Any:
    """The value with the hostile text before every text in it, also the keys of dictionaries."""
    if isinstance(value, Enum) or value == PACKAGE:
        return value
    if isinstance(value, str):
        return HOSTILE + value
    if isinstance(value, msgspec.Struct) or dataclasses.is_dataclass(value):
        kept = CHECKED.get(type(value), set())
        names = getattr(value, "__struct_fields__", None) or type(value).__annotations__
        fields = {name: getattr(value, name) for name in names}
        return type(value)(**{
            name: field if name in kept else hostile(field) for name, field in fields.items()
        })  # fmt: skip
    if isinstance(value, dict):
        return {hostile(key): hostile(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(hostile(item) for item in value)
    return value


def _peers() -> Peers:
    """A place among 40 maps that nobody measured."""
    number = PeerNumber(
        check="0.d", rule="b_factor.interval", maps=40, below=20, same=0, percentile=50.0,
        quantiles=[-200.0, -120.0, -90.0, -60.0, -10.0], place="50th percentile of 40 maps",
    )  # fmt: skip
    finding = PeerFinding(
        finding="low_passed", maps=40, having=10, share=25.0, place="10 of 40 maps"
    )
    return Peers(
        name="made", date="2026-11-28", version="0", low=6.0, high=8.0, maps=40, text="Made.",
        numbers=[number], findings=[finding],
    )  # fmt: skip


@pytest.fixture(scope="module")
def report(example_report: ReportFiles) -> Report:
    """The report of an example, with findings, in which somebody changed every text."""
    cause, caused = (
        Finding(
            id=name,
            severity="serious",
            title="The map ends early",
            text="The power falls at 6.25 Å.",
            advice="State 6.25 Å.",
            evidence=[Evidence("evidence", "spectrum_cutoff")],
            caused_by=caused_by,
        )
        for name, caused_by in (("low_passed", None), ("contradicted", "low_passed"))
    )
    plain = example_report.report
    shutil.copyfile(LOGO, example_report.json.parent / "figures" / "logo.png")
    with_entry = msgspec.structs.replace(
        plain,
        input=msgspec.structs.replace(plain.input, entry=full_entry(), mass=64.0),
        findings=[cause, caused],
        overall=Overall("serious", "Serious findings (1)"),
        contact=Contact(
            name="Facility", address="Street 1", email="help@example.org",
            page="https://example.org", logo="figures/logo.png",
        ),
        peers=_peers(),
    )  # fmt: skip
    compared = comparisons(facts_of(with_entry), with_entry.findings)
    changed: Report = hostile(msgspec.structs.replace(with_entry, entry_comparisons=compared))
    return changed


def count_of_texts(value: Any) -> int:
    """How many texts a value holds that are hostile."""
    return repr(value).count("obeyed()</script>")


def test_every_text_is_hostile(report: Report) -> None:
    assert report.input.file.startswith(HOSTILE)
    assert report.input.header[0].note.startswith(HOSTILE)
    assert report.checks[0].title.startswith(HOSTILE)
    assert report.findings[1].text.startswith(HOSTILE)
    assert report.findings[1].caused_by == report.findings[0].id
    assert report.entry is not None and report.entry.authors[0].startswith(HOSTILE)
    assert len(report.entry_comparisons) == 8
    assert report.contact is not None and report.contact.email.startswith(HOSTILE)
    assert report.peers is not None and report.peers.text.startswith(HOSTILE)
    assert report.peers.numbers[0].place.startswith(HOSTILE)
    assert count_of_texts(report) > 500


def test_hostile_identifiers_and_addresses_are_no_links(
    report: Report, report_folder: Path
) -> None:
    page, entry = make_page(report, report_folder, None).text, entry_page("EMD-10001")
    assert set(re.findall(r'href="([^"#][^"]*)"', page)) == {"data:,", entry}
    code = document(report)
    assert set(re.findall(r"\\href\{([^}]*)\}", code)) == {entry}


@pytest.mark.slow
def test_latex_prints_every_text_and_reads_no_file(
    report: Report, report_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(report_folder / "figures", tmp_path / "figures")
    tex = tmp_path / "report.tex"
    tex.write_text(document(report), encoding="utf-8")
    pdf = make_pdf(tex)
    if shutil.which("pdftotext") is None:
        pytest.skip("needs the program pdftotext")
    printed = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], stdout=subprocess.PIPE, check=True
    ).stdout.decode("utf-8")
    # Lines are broken anywhere.
    assert "\\input{/etc/passwd}" in re.sub(r"\s", "", printed)
    assert "root:" not in printed
    # What stands at the end is reached.
    assert "obeyed()" in re.sub(r"\s", "", printed.split("References")[-1])


def test_latex_gets_no_bare_command(report: Report) -> None:
    code = document(report)
    assert "\\input{/etc" not in code and "\\end{document}$" not in code
    assert code.count("\\end{document}") == 1
    assert controls(code) == ""


def test_a_browser_runs_nothing_of_it(
    report: Report, example_report: ReportFiles, report_folder: Path
) -> None:
    plain = make_page(example_report.report, report_folder, None).text
    page = make_page(report, report_folder, None).text
    for tag in ("<script", "<img src=x", "onerror=obeyed()>"):
        assert page.count(tag) == plain.count(tag)
    assert "&lt;script&gt;obeyed()" in page and "{{ 7 * 7 }}" in page
    assert controls(page) == controls(plain)


def test_a_comparison_runs_nothing_of_it(
    report: Report, example_report: ReportFiles, report_folder: Path
) -> None:
    good, bad = (
        FinishedReport(report_folder, content) for content in (example_report.report, report)
    )
    comparison = compare(good, bad)
    plain, page = (make_comparison_page(both) for both in (compare(good, good), comparison))
    assert page.count("<script") == plain.count("<script")
    assert page.count("onerror=obeyed()>") == 0
    assert controls(page) == controls(plain)
    assert controls(text_of(comparison)) == ""
    assert "obeyed()" in text_of(comparison)


def test_a_terminal_obeys_nothing_of_it(report: Report) -> None:
    stream = io.StringIO()
    Screen(file=stream, width=100).print(verdict(report))
    assert controls(stream.getvalue()) == ""
    assert "obeyed()" in stream.getvalue()


def test_code_is_made_of_escaped_parts() -> None:
    """``NoEscape`` of anything but a constant could hold a text from outside."""
    for file in PDF_SOURCES.glob("*.py"):
        if file.stem in ("latex", "escape"):
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NoEscape":
                assert isinstance(node.args[0], ast.Constant), (file.name, node.lineno)
            if isinstance(node, ast.ImportFrom) and node.module == "pylatex":
                assert "Command" not in {name.name for name in node.names}, file.name


@pytest.mark.parametrize("lead_out", ["link", "absolute", "dots"])
def test_no_file_outside_of_a_report_gets_into_a_comparison(
    example_report: ReportFiles, report_folder: Path, tmp_path: Path, lead_out: str
) -> None:
    folder = tmp_path / "foreign"
    shutil.copytree(report_folder, folder)
    outside = tmp_path / "secret.png"
    drawn = next(d for d in example_report.report.input_section.figures if d.file)
    shutil.copyfile(report_folder / str(drawn.file), outside)
    names: Dict[str, str] = {
        "link": str(drawn.file), "absolute": str(outside), "dots": "figures/../../secret.png"
    }  # fmt: skip
    (folder / str(drawn.file)).unlink()
    finished = FinishedReport(folder, example_report.report)
    changed = msgspec.structs.replace(drawn, file=names[lead_out])
    assert FinishedReport(tmp_path, example_report.report).picture(
        msgspec.structs.replace(drawn, file="secret.png")
    ), "the file could be shown"
    (folder / str(drawn.file)).symlink_to(outside)
    assert finished.picture(changed) is None
    check = next(check for check in example_report.report.checks if check.curves)
    name, curve = next(iter(check.curves.items()))
    assert finished.curve(check, name) is not None
    (folder / curve).replace(tmp_path / "secret.csv")
    (folder / curve).symlink_to(tmp_path / "secret.csv")
    assert finished.curve(check, name) is None
