"""The methods of a paper: what was run and only that; commands that a shell takes; the header."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any, List

import msgspec
import pytest

from vrs.checks.figures import SurfaceFigure
from vrs.checks.result import Engine, Measurement, Status
from vrs.engines.choice import ENGINES
from vrs.level0 import LEVEL0
from vrs.level0.b_factor import FIT_FROM
from vrs.level0.background import OUTLIER_LIMIT
from vrs.level0.local_b_factor import SHELLS, SWEEP_FROM
from vrs.level0.local_occupancy import PROTEIN_QUANTILE
from vrs.maps.header_comparison import Agreement
from vrs.report.build import ReportFiles, build_report
from vrs.report.model import DrawingDetails, DrawnFigure, Methods, Report, Score
from vrs.report.surfaces.views import CHIMERAX, VTK
from vrs.report.text.methods import methods_of
from vrs.report.text.provenance import (
    HEADER_ABSENT,
    HEADER_AGREES,
    command_lines,
    header_lines,
    header_verdict,
)
from vrs.report.text.references import references
from vrs.tests.report_example import build_example, full_entry, preparation, save_all

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

OWN_NETWORK = Engine("VRS local resolution", "0.1.0", "cd" * 32, "Its mean error is 0.4 Å.")
XMIPP = Engine("Xmipp", "3.25.06.0", references=("Strelak2021",), path="/opt/xmipp")
DEEPRES = Engine("DeepRes (Xmipp)", "23.7", "ef" * 32, "", ("RamirezAportela2019", "Strelak2021"))


def _built(tmp_path: Path, **options: Any) -> ReportFiles:
    return build_example(tmp_path, figures=False, **options)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return _built(tmp_path_factory.mktemp("report"), workflow_file="workflow.json")


@pytest.fixture(scope="module")
def report(files: ReportFiles) -> Report:
    return files.report


def _with(report: Report, check_id: str, **changes: Any) -> Report:
    """The report with another outcome of one check."""
    checks = [
        msgspec.structs.replace(check, **changes) if check.id == check_id else check
        for check in report.checks
    ]
    return msgspec.structs.replace(report, checks=checks, score=Score.of(checks))


def _methods(report: Report) -> Methods:
    return methods_of(report.input, report.input_section, report.all_levels, report.provenance)


def _keys(report: Report) -> List[str]:
    return _methods(report).references


# --- the paragraph ------------------------------------------------------------------------------


def test_the_map_and_its_values_are_named(report: Report) -> None:
    text = _methods(report).text
    assert text.startswith("The map in two_balls.mrc, of 32 × 32 × 32 voxels of 2 Å, was validated")
    assert "scipion-em-vrs 0.1.0" in text
    assert "contour level 0.5 (given by the user) and with the reported resolution of 6 Å" in text
    assert "(Sorzano et al., 2022)" in text
    assert "3 of 5 evaluated checks passed; 1 does not apply and 2 could" in text
    assert "Mass analysis (2) and Local B-factor (1)" in text
    assert "[" not in text


def test_a_missing_resolution_is_said(tmp_path: Path) -> None:
    made = _built(tmp_path, prepared=preparation(resolution=None))
    assert "and without a reported resolution." in _methods(made.report).text


def test_only_checks_that_ran_are_in_it(report: Report) -> None:
    text = _methods(report).text
    assert "B-factor was 4 times the slope" in text  # 0.d
    assert "t-test" not in text  # 0.c does not apply
    assert "neural network" not in text  # 0.e and 0.h were not measured


def test_a_program_that_did_not_prepare_the_map_is_not_in_it(report: Report) -> None:
    section = msgspec.structs.replace(report.input_section, engine=XMIPP)
    made = msgspec.structs.replace(report, input_section=section)
    assert "masks and the resampled map were made by Xmipp 3.25.06.0" in _methods(made).text
    assert "Strelak2021" in _keys(made)
    section = msgspec.structs.replace(section, status=Status.NOT_MEASURED, reason="It failed.")
    failed = msgspec.structs.replace(report, input_section=section)
    assert "Xmipp" not in _methods(failed).text
    assert "Strelak2021" not in _keys(failed)


def test_only_the_papers_of_what_ran_are_cited(report: Report) -> None:
    assert _keys(report) == [
        "scipion-em-vrs",
        "delaRosaTrevin2016",
        "Sorzano2022",
        "Rosenthal2003",
        "Kaur2021",
    ]
    without = _with(report, "0.d", status=Status.NOT_MEASURED, reason="no")
    assert "Rosenthal2003" not in _keys(without)


def test_scipion_is_cited_where_its_workflow_ran(tmp_path: Path) -> None:
    made = _built(tmp_path)
    assert "delaRosaTrevin2016" not in _keys(made.report)
    assert "Scipion" not in _methods(made.report).text


def test_our_network_has_its_name_checksum_and_error_and_cites_the_software(
    report: Report,
) -> None:
    made = _with(report, "0.e", status=Status.OK, engine=OWN_NETWORK)
    assert (
        "The engine was VRS local resolution 0.1.0 (SHA-256 cdcdcdcdcdcd…). "
        "Its mean error is 0.4 Å." in _methods(made).text
    )
    assert _keys(made) == _keys(report)


def test_another_program_is_cited_only_where_it_measured(report: Report) -> None:
    made = _with(report, "0.e", status=Status.OK, engine=DEEPRES)
    assert (
        "The engine was DeepRes (Xmipp) 23.7 (SHA-256 efefefefefef…) (Ramírez-Aportela et al., "
        "2019; Strelak et al., 2021)." in _methods(made).text
    )
    assert set(_keys(made)) - set(_keys(report)) == {"RamirezAportela2019", "Strelak2021"}
    tried = _with(report, "0.e", status=Status.NOT_MEASURED, reason="no", engine=DEEPRES)
    assert _keys(tried) == _keys(report)


def test_the_program_that_prepared_is_in_it(report: Report) -> None:
    section = msgspec.structs.replace(report.input_section, engine=XMIPP)
    made = msgspec.structs.replace(report, input_section=section)
    assert (
        "The masks and the resampled map were made by Xmipp 3.25.06.0 (Strelak et al., 2021)."
        in _methods(made).text
    )
    assert set(_keys(made)) - set(_keys(report)) == {"Strelak2021"}


def test_the_papers_of_other_programs_are_known() -> None:
    for engine in ENGINES:
        for what in engine.measures:
            assert set(engine.record(what).references) <= set(references())


def test_a_hand_that_was_scored_but_not_decided_is_in_it(report: Report) -> None:
    changes = {
        "status": Status.NOT_APPLICABLE,
        "reason": "Undecided.",
        "measurements": {"score": Measurement(0.5, "", "hand")},
    }
    assert "density around alpha helices" in _methods(_with(report, "0.h", **changes)).text


def _drawn_by(report: Report, program: str) -> Report:
    figure = SurfaceFigure("map", "A surface.")
    file, details = "figures/figure_01.png", DrawingDetails(drawn_by=program)
    drawn = DrawnFigure(figure, 1, "A surface.", file, drawing=details)
    section = msgspec.structs.replace(report.input_section, figures=[drawn])
    return msgspec.structs.replace(report, input_section=section)


@pytest.mark.parametrize(("program", "key"), [(VTK, "Hanwell2015"), (CHIMERAX, "Pettersen2021")])
def test_what_drew_the_surfaces_is_cited(report: Report, program: str, key: str) -> None:
    made = _drawn_by(report, program)
    assert f"Surfaces were drawn with {program} (" in _methods(made).text
    assert set(_keys(made)) - set(_keys(report)) == {key}


def test_references_bib_is_what_the_text_cites(files: ReportFiles) -> None:
    content = json.loads(files.json.read_text(encoding="utf-8"))["methods"]
    bib = (files.json.parent / "references.bib").read_text(encoding="ascii")
    assert bib == content["bibtex"]
    keys = [line.split("{")[1].rstrip(",") for line in bib.splitlines() if line.startswith("@")]
    assert keys == content["references"]
    for key in keys:
        assert references()[key].citation in content["text"]


def test_the_sentences_of_the_level_say_what_the_code_does() -> None:
    sentences = {check.id: check.method for check in LEVEL0.checks}
    assert all(sentence.endswith((".", ".]")) for sentence in sentences.values())
    assert f"{OUTLIER_LIMIT:g} standard deviations" in sentences["0.c"]
    assert f"from {FIT_FROM:g} Å to the reported resolution" in sentences["0.d"]
    assert f"{SHELLS} resolution shells from {SWEEP_FROM:g} Å" in sentences["0.f"]
    assert f"shells from {SWEEP_FROM:g} Å" in sentences["0.g"]
    assert PROTEIN_QUANTILE == 0.25 and "lowest quarter" in sentences["0.g"]


def _read_by_a_shell(command: str) -> List[str]:
    """The arguments that "vrs" would get."""
    text = command.replace("vrs ", "printf '%s\\0' ", 1)
    printed = subprocess.run(["sh", "-c", text], check=True, stdout=subprocess.PIPE).stdout
    return printed.decode("utf-8").split("\0")[:-1]


# --- commands -----------------------------------------------------------------------------------

COMMANDS = [
    "vrs report map.mrc --contour 0.5",
    "vrs report '/data/my maps/emd_3488.map' --contour 0.09 --resolution 3.2 --title 'EMD-3488: "
    "haemoglobin' --out /data/reports/with/a/long/name/of/a/folder --threads 2",
    shlex.join(["vrs", "report", "/very/long" + "/folder" * 40 + "/map.mrc", "--contour", "1"]),
    shlex.join(["vrs", "report", "it's a 'quoted' name " * 12, "--title", '$HOME `ls` \\ "x"']),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_shell_reads_the_lines_as_the_command(command: str) -> None:
    lines = command_lines(command)
    assert max(map(len, lines)) <= 92
    assert _read_by_a_shell("\n".join(lines)) == shlex.split(command)[1:]


def test_what_is_no_command_is_left_alone() -> None:
    assert command_lines("it's not closed") == ["it's not closed"]
    assert command_lines("") == []


# --- the header ---------------------------------------------------------------------------------


def test_contradictions_of_the_header_are_listed_and_marked_in_words(report: Report) -> None:
    lines = header_lines(report.input)
    different = {line.quantity: line for line in lines if line.differs}
    assert set(different) == {"Voxel size", "Space group"}
    assert different["Voxel size"].in_header == "1.9375 Å"
    assert different["Voxel size"].used == "2 Å"
    assert different["Voxel size"].agreement == "differs"
    assert header_verdict(report.input) == (
        "The map file’s header differs from the values used in: Voxel size and Space group."
    )


def test_without_contradictions_or_without_a_header_the_report_says_so(report: Report) -> None:
    record = report.input
    agreeing = [line for line in record.header if line.agreement is not Agreement.DIFFERS]
    replace = msgspec.structs.replace
    assert header_verdict(replace(record, header=agreeing)) == HEADER_AGREES
    assert header_verdict(replace(record, header=[])) == HEADER_ABSENT


def test_the_methods_name_another_source_of_the_voxel_size_than_the_file(report: Report) -> None:
    named = msgspec.structs.replace(report.input, entry=full_entry())
    assert "voxels of 2 Å, was" in _methods(msgspec.structs.replace(report, input=named)).text
    given = msgspec.structs.replace(named, voxel_size_source="given by the user")
    text = _methods(msgspec.structs.replace(report, input=given)).text
    assert "voxels of 2 Å (given by the user), was" in text


def test_binning_is_stated_in_the_methods_and_beside_the_header(report: Report) -> None:
    binned = msgspec.structs.replace(
        report.input, binning=2, given_box=[64, 64, 64], given_voxel_size=1.0
    )
    text = _methods(msgspec.structs.replace(report, input=binned)).text
    assert "of 2 Å (binned by 2; the file has 64 × 64 × 64 voxels of 1 Å), was" in text
    assert header_verdict(binned).endswith("The map was binned by 2 after this comparison.")


@pytest.mark.slow
def test_the_pdf_has_a_command_to_paste_the_header_and_the_bibliography(tmp_path: Path) -> None:
    for program in ("pdflatex", "pdftotext"):
        if shutil.which(program) is None:
            pytest.skip(f"needs the program {program}")
    prepared, checks = save_all(tmp_path, figures=False)
    command = COMMANDS[1]
    made = build_report(prepared, checks, [LEVEL0], tmp_path / "out", command_line=command)

    def text(*options: str) -> str:
        command = ["pdftotext", *options, str(made.pdf), "-"]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8")

    pdf = text()
    start = pdf.index("vrs report")
    lines = iter(pdf[start:].splitlines())
    pasted = next(lines)
    while pasted.endswith("\\"):
        pasted += "\n" + next(lines)
    assert _read_by_a_shell(pasted) == shlex.split(command)[1:]
    printed = "".join(text("-layout").split())
    assert "differs:thesizeintheheaderwasreplaced" in printed
    assert "Labels:madebynobody,100%{odd}&<b>" in printed
    for entry in made.report.methods.bibtex.split("\n\n"):
        # A page may end within an entry.
        start = entry.index("title = ")
        title = entry[start : entry.index("},", start)]
        assert all(word in printed for word in (entry.split(",")[0], *title.split()))
