"""The references: one list, as printed, as BibTeX in ASCII, and as Scipion reads it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import vrs.bibtex
from vrs.report.text.references import SOFTWARE, Reference, cited, references, references_bib

REFERENCES = references()


@pytest.mark.parametrize(
    ("plain", "latex"),
    [
        ("Ramírez-Aportela", r"Ram{\'\i}rez-Aportela"),
        ("Muñoz", r"Mu{\~n}oz"),
        ("Jonić", r"Joni{\'c}"),
        ("Škoda", r"{\v{S}}koda"),
        ("François", r"Fran{\c{c}}ois"),
        ("Ångström and Ørsted", r"{\r{A}}ngstr{\"o}m and {\O}rsted"),
        ("{CryoEM}", "{CryoEM}"),
    ],
)
def test_letters_become_commands(plain: str, latex: str) -> None:
    assert f"  title = {{{latex}}}," in Reference("Key", "misc", "A", plain).bibtex


def test_a_letter_without_a_command_is_refused() -> None:
    with pytest.raises(ValueError, match="U\\+4E2D"):
        references_bib([Reference("Key", "misc", "A", "中")])


def test_the_bibliography_is_ascii_with_balanced_braces_and_bare_identifiers() -> None:
    text = references_bib(REFERENCES.values())
    assert text.isascii()
    assert text.count("{") == text.count("}")
    found = re.findall(r"  doi = \{(.*?)\},", text)
    assert found == [r.doi for r in REFERENCES.values() if r.doi]
    assert all(doi.startswith("10.") for doi in found)


def test_an_entry_holds_every_field() -> None:
    entry = REFERENCES["Rosenthal2003"].bibtex
    assert entry.startswith("@article{Rosenthal2003,\n  author = {Rosenthal, P. B. and Henderson")
    for field in (
        "volume = {333}",
        r"pages = {721{\textendash}745}",
        "year = {2003}",
        "journal = {Journal",
    ):
        assert f"  {field}" in entry


def test_the_software_is_cited_without_a_year_that_nobody_gave() -> None:
    entry = REFERENCES[SOFTWARE].bibtex
    assert entry.startswith("@misc{scipion-em-vrs,\n  author = {{The scipion-em-vrs developers}},")
    assert "year" not in entry
    assert REFERENCES[SOFTWARE].url == ""


def test_printed_lines_and_citations() -> None:
    assert REFERENCES["Rosenthal2003"].text == (
        "Rosenthal PB, Henderson R. Optimal determination of particle orientation, absolute hand, "
        "and contrast loss in single-particle electron cryomicroscopy. Journal of Molecular "
        "Biology 333, 721–745 (2003)."
    )
    assert REFERENCES["Rosenthal2003"].citation == "Rosenthal and Henderson, 2003"
    assert REFERENCES["delaRosaTrevin2016"].citation == "de la Rosa-Trevín et al., 2016"
    assert REFERENCES["Sorzano2022"].text.startswith(
        "Sorzano COS, Vilas JL, Ramírez-Aportela E et al. Image processing tools for the "
        "validation of CryoEM maps."
    )


def test_every_paper_has_what_a_list_of_references_needs() -> None:
    for reference in REFERENCES.values():
        if reference.key != SOFTWARE:
            assert all((reference.journal, reference.volume, reference.pages, reference.doi))
            assert str(reference.year) in reference.key


def test_references_come_once_in_order_of_mention() -> None:
    keys = [reference.key for reference in cited(["Kaur2021", "Sorzano2022", "Kaur2021"])]
    assert keys == ["Kaur2021", "Sorzano2022"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_scipion_reads_the_same_papers() -> None:
    bibtexparser = pytest.importorskip("bibtexparser")
    entries = bibtexparser.loads(vrs.bibtex.__doc__).entries_dict
    assert set(entries) == set(REFERENCES)
    paper = entries["RamirezAportela2019"]
    assert paper["author"].startswith("Ramírez-Aportela, E. and Mota, J.")
    assert paper["doi"] == "https://doi.org/10.1107/S2052252519011692"


@pytest.mark.slow
def test_bibtex_and_latex_print_the_bibliography(tmp_path: Path) -> None:
    for program in ("pdflatex", "bibtex", "pdftotext"):
        if shutil.which(program) is None:
            pytest.skip(f"needs the program {program}")
    strange = Reference(
        "Odd2000", "article", "Škoda, Á. and François, ß.", "A {B}", "J", "1", "2–3", "2000"
    )
    papers = [*REFERENCES.values(), strange]
    (tmp_path / "references.bib").write_text(references_bib(papers), encoding="ascii")
    (tmp_path / "paper.tex").write_text(
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{lmodern}"
        r"\begin{document}\nocite{*}\bibliographystyle{plain}\bibliography{references}"
        r"\end{document}",
        encoding="ascii",
    )

    def run(*command: str) -> str:
        done = subprocess.run(command, cwd=tmp_path, check=True, stdout=subprocess.PIPE, timeout=60)
        return done.stdout.decode("utf-8", errors="replace")

    run("pdflatex", "-interaction=batchmode", "paper")
    assert "Warning" not in run("bibtex", "paper")
    run("pdflatex", "-interaction=batchmode", "paper")
    text = re.sub(r"\s+", " ", run("pdftotext", "paper.pdf", "-"))
    assert len(re.findall(r"\[\d+\]", text)) == len(papers)
    for name in ("Ramírez-Aportela", "Muñoz-Barrutia", "Jonić", "Škoda", "François", "CryoEM"):
        assert name in text
