"""What others get: dependencies, the wheel, and the pages for readers of the package."""

from __future__ import annotations

import re
import subprocess
import sys
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import NamedTuple, Set
from zipfile import ZipFile

import pytest

import vrs
from vrs.tests.example_data import DATA
from vrs.tests.wheels import ROOT, VERSIONS, copy_sources, index_is_reachable, refusal

pytestmark = pytest.mark.skipif(
    not (ROOT / "setup.py").exists(), reason="needs the sources of the package"
)


class Wheel(NamedTuple):
    """The names of its files, and what it says of itself."""

    files: Set[str]
    metadata: Message


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not index_is_reachable():
        pytest.skip("needs a package index")
    return copy_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def wheel(sources: Path) -> Wheel:
    built = sources / "built"
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", built, sources],
        check=True,
    )
    (file,) = built.glob("*.whl")
    with ZipFile(file) as archive:
        files = set(archive.namelist())
        (about,) = (name for name in files if name.endswith(".dist-info/METADATA"))
        return Wheel(files, message_from_bytes(archive.read(about)))


@pytest.mark.long
def test_pip_compiles_nothing(sources: Path) -> None:
    assert refusal(Path(sys.executable), sources) == ""


@pytest.mark.long
def test_the_wheel_has_what_the_plugin_needs_and_no_tests_but_those_of_scipion(
    wheel: Wheel,
) -> None:
    tests = {"__init__.py", "test_in_scipion.py", "data/maps/emd_1997.map.gz"}
    installed = {name for name in wheel.files if name.startswith("vrs/tests/")}
    assert installed == {f"vrs/tests/{name}" for name in tests}
    assert {name.split("/")[0] for name in wheel.files} == {
        "vrs",
        f"scipion_em_vrs-{vrs.__version__}.dist-info",
    }
    needed = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "vrs").rglob("*")
        if file.is_file() and not {"tests", "__pycache__"} & set(file.parts)
    }
    assert needed <= wheel.files


@pytest.mark.long
def test_the_description_of_the_wheel_links_to_nothing_that_is_not_there(wheel: Wheel) -> None:
    description = wheel.metadata.get_payload()
    assert isinstance(description, str)
    assert "Command line\n============" in description
    assert ".. image::" not in description
    assert all(link.startswith("https://") for link in re.findall(r"<([^<>]+)>`_", description))


@pytest.mark.long
def test_the_wheel_names_every_supported_python(wheel: Wheel) -> None:
    classifiers = wheel.metadata.get_all("Classifier", [])
    names = [f"Programming Language :: Python :: {version}" for version in VERSIONS]
    assert names == [
        classifier for classifier in classifiers if re.search(r":: 3\.\d+$", classifier)
    ]


def test_scipion_finds_the_plugin_also_from_the_folder_of_the_sources(tmp_path: Path) -> None:
    """``installp -p . --devel``: it looks for the first ``__init__.py`` among the sources."""
    listed = [sys.executable, "setup.py", "--quiet", "egg_info", "--egg-base", str(tmp_path)]
    subprocess.run(listed, cwd=ROOT, check=True, capture_output=True)
    (sources,) = tmp_path.glob("*.egg-info/SOURCES.txt")
    files = sources.read_text(encoding="utf-8").splitlines()
    assert next(file for file in files if file.endswith("__init__.py")) == "vrs/__init__.py"


def test_the_citation_is_that_of_this_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall("^version: (.*)$", citation, re.MULTILINE) == [vrs.__version__]
    paper = citation.partition("\npreferred-citation:\n")[2]
    assert "  type: article\n" in paper and paper.endswith("\n  doi: 10.1039/D2FD00059H\n")
    assert "date-released" not in citation, "nothing was released"


def test_every_file_of_the_example_data_is_described_and_they_stay_small() -> None:
    files = [file for file in DATA.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 10_000_000
    page = (DATA / "README.rst").read_text(encoding="utf-8")
    maps = [file.name for file in files if file.parent.name in ("maps", "odd", "failing")]
    assert [name for name in maps if f"``{name}``" not in page] == []
    structures = [file.name[:4].upper() for file in files if file.parent.name == "structures"]
    assert [name for name in structures if name not in page] == []


@pytest.mark.parametrize("page", ["README.rst", "CONTRIBUTING.rst", "SECURITY.rst"])
def test_the_files_that_a_page_links_to_exist(page: str) -> None:
    links = re.findall(r"<([^<>]+)>`_", (ROOT / page).read_text(encoding="utf-8"))
    files = [link for link in links if not link.startswith("https://")]
    assert [file for file in files if not (ROOT / file).exists()] == []
