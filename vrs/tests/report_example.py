"""A small preparation, seven checks and evidence, with everything that a report can show."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Collection, Dict, List, Optional, Sequence, Tuple

import numpy as np

from vrs.checks.entry import Citation, ContourLevel, Entry, Software, Statistics
from vrs.checks.figures import (
    HistogramFigure,
    LineFigure,
    Mark,
    SliceFigure,
    SurfaceFigure,
    Table,
    TableColumn,
)
from vrs.checks.inputs import RESAMPLED_MAP, RESAMPLED_MASK, Preparation
from vrs.checks.level import Level
from vrs.checks.result import Result, Severity
from vrs.checks.store import save_result
from vrs.level0 import LEVEL0, prepare
from vrs.levels import CHECKS, EVIDENCE
from vrs.maps import DensityMap, SourceFile
from vrs.maps.header import MapHeader
from vrs.report.build import ReportFiles, build_report

CONTOUR = 0.5
COMMAND = "vrs report 'two balls.mrc' --contour 0.5 --resolution 6 --title 'Two balls'"
OBEYED_TITLE = "<script>document.title = 'obeyed'</script>"
"""A title that a careless page would obey."""


def two_balls(size: int = 32, voxel_size: float = 2.0) -> DensityMap:
    """A large and a small ball with soft edges and weak noise, not symmetric in any axis."""
    z, y, x = np.indices((size, size, size), dtype=np.float32)
    large = np.sqrt((z - 14) ** 2 + (y - 16) ** 2 + (x - 17) ** 2)
    small = np.sqrt((z - 23) ** 2 + (y - 20) ** 2 + (x - 12) ** 2)
    density = np.clip(8 - large, 0, 1) + np.clip(4 - small, 0, 1)
    noise = np.random.default_rng(1).normal(0, 0.02, density.shape)
    return DensityMap((density + noise).astype(np.float32), voxel_size)


def two_balls_header(size: int = 32) -> MapHeader:
    """A header that names another voxel size, turned axes, and no statistics."""
    return MapHeader(
        mode=1,
        byte_order="<",
        stored_shape=(size, size, size),
        stored_axes=(1, 2, 3),
        stored_start=(0, 0, 0),
        sampling=(size, size, size),
        cell=(1.9375 * size, 1.9375 * size, 1.9375 * size),
        angles=(90.0, 90.0, 90.0),
        origin=(0.0, 0.0, 0.0),
        space_group=0,
        extended_bytes=0,
        statistics=(0.0, -1.0, float("nan")),
        rms=-1.0,
        machine_stamp=b"\x44\x44",
        identified=True,
        labels=("made by nobody, 100 % {odd} & <b>",),
    )


def full_entry() -> Entry:
    """An invented entry that says everything, about the map of ``two_balls``."""
    return Entry(
        id="EMD-10001",
        title="Two balls in ice",
        authors=["Person A", "Østergård Ł", "王 小明", "Иванов И", "E", "F", "G", "H"],
        status="OBS",
        superseded_by="EMD-10002",
        method="single particle",
        resolution=6.0,
        resolution_method="FSC 0.143 CUT-OFF",
        contour_levels=[ContourLevel(CONTOUR, "author", True)],
        contour=CONTOUR,
        voxel_size=[2.0, 2.0, 2.0],
        box=[32, 32, 32],
        symmetry="C2",
        half_maps=["emd_10001_half_map_1.map.gz", "emd_10001_half_map_2.map.gz"],
        masks=["emd_10001_msk_1.map"],
        additional_maps=["emd_10001_additional_1.map.gz"],
        fitted_models=["1ABC", "pdb_00001abc"],
        molecular_mass=64.0,
        particles=175300,
        software=[
            Software("RELION", "2.0", "final reconstruction"),
            Software("RELION", "2.0", "classification"),
            Software("Gctf", None, "ctf correction"),
        ],
        deposited="2012-12-25",
        released="2013-01-30",
        updated="2020-02-05",
        citation=Citation("On balls & boxes", "10.1234/balls(2013)_1"),
        microscope="FEI TITAN KRIOS",
        map_file="emd_10001.map.gz",
        statistics=Statistics(-0.1, 1.1),
        kind="composite map",
    )


def preparation(
    file: str = "two_balls.mrc", resolution: Optional[float] = 6.0, header: Tuple[str, ...] = (),
    entry: Optional[Entry] = None,
) -> Preparation:
    """The prepared map of ``two_balls``."""
    source = SourceFile(file, "ab" * 32, header, header=two_balls_header())
    return prepare(two_balls(), CONTOUR, resolution, source, entry=entry)


def start(check_id: str) -> Result:
    """A result with status OK that took 1.25 s."""
    result = CHECKS[check_id].start()
    result.seconds = 1.25
    return result


def decide(result: Result, rule: str, quantity: str, value: float) -> bool:
    """Test a number by a rule of the check, named by its identifier."""
    return result.decide(CHECKS[result.id].rule(rule), quantity, value)


def warn(result: Result, rule: str, message: str) -> None:
    """Record a broken rule of the check, named by its identifier."""
    result.warn(CHECKS[result.id].rule(rule), message)


def _mass() -> Result:
    result = start("0.a")
    result.results = ["Along X the empty space is 12.00 Å on the left and 14.00 Å on the right."]
    result.measure("space_left", [12.0, 14.0, 16.0], "Å", "empty space before the mask")
    result.headline = "The map is not in the middle of its box."
    decide(result, "mass.space", "smallest empty space, on the left along X", 24.0)
    decide(result, "mass.decentering", "largest decentering of the mask, along X", 21.5)
    decide(
        result, "mass.center_of_mass", "largest decentering of the centre of mass, along Z", 35.25
    )
    warn(result, "mass.decentering", "The mask is off the centre along X by 21.5 % of the box.")
    warn(result, "mass.center_of_mass", "The centre of mass is off the centre along Z.")
    result.remark(Severity.NOTE, "The masked centre of mass is at (15.50, 16.25, 14.75) voxels.")
    result.remark(Severity.CAUTION, "The smallest empty space, 4.0 Å, is no space at all.")
    result.remark(
        Severity.CAUTION, "[A remark that begins with a bracket and ends \\with a slash\\"
    )
    return result


def _mask() -> Result:
    result = start("0.b")
    result.headline = "At the contour level the map is one body."
    result.results = ["At the contour level 0.5 there are 100 connected components."]
    sizes = np.sort(np.random.default_rng(0).integers(1, 5000, 100))[::-1].astype(np.float64)
    result.curves["components"] = {
        "component": np.arange(1, 101),
        "voxels": sizes,
        "volume": sizes * 8.0,
        "share": 100 * sizes / sizes.sum(),
    }
    levels = np.arange(1, 25) / 25
    result.curves["thresholds"] = {
        "threshold": levels,
        "voxels": np.round(3000 * np.exp(-4 * levels)),
        "mass": np.where(levels > 0.9, np.nan, 20 * np.exp(-4 * levels)),
    }
    result.tables = [
        Table(
            "components",
            (
                TableColumn("component", "No.", "d"),
                TableColumn("voxels", "Voxels", "d"),
                TableColumn("volume", "Volume (Å³)", ".2f"),
                TableColumn("share", "Share (%)", ".2f"),
            ),
            "Components of the raw mask.",
        ),
        Table(
            "thresholds",
            (
                TableColumn("threshold", "Threshold", ".4f"),
                TableColumn("voxels", "Voxels", "d"),
                TableColumn("mass", "Mass (kDa)", ".2f"),
            ),
            "Mass enclosed at 24 thresholds.",
        ),
    ]
    result.figures = [
        SliceFigure("raw_mask", "max_variance", "Slices of the raw mask."),
        LineFigure(
            "thresholds",
            "threshold",
            ("voxels",),
            "grey value",
            "voxels",
            "Voxels above a threshold.",
            log_y=True,
            marks=(Mark(CONTOUR, "contour level"),),
        ),
    ]
    result.measure("remaining_mean_volume", None, "Å³", "mean volume of the rest", "none remain")
    return result


def _background() -> Result:
    result = CHECKS["0.c"].not_applicable("The background is constant, the map is masked.")
    result.remark(Severity.CAUTION, "74.7 % of the background has the same value.")
    return result


def _guinier() -> Result:
    result = start("0.d")
    result.headline = "The B-factor of the map is −85 Å², in the usual range."
    decide(result, "b_factor.interval", "B-factor", -85.2)
    result.results = ["The B-factor is -85.2 Å² (R² 0.93), σ of the residuals 0.12."]
    squares = np.linspace(0.001, 0.03, 30)
    measured = -8 - 20 * squares + 0.02 * np.sin(400 * squares)
    result.curves["guinier"] = {
        "1/d2 (1/Å²)": squares,
        "measured": measured,
        "fitted": np.where(squares > 0.005, -8 - 20 * squares, np.nan),
    }
    result.figures = [
        LineFigure(
            "guinier",
            "1/d2 (1/Å²)",
            ("measured", "fitted"),
            "1/D² (1/Å²)",
            "ln mean |F|",
            "Guinier plot.",
            span=(0.005, 0.027),
        ),
        SliceFigure("corrected", "max_variance", "Slices of the corrected map."),
    ]
    result.volumes["corrected"] = two_balls()
    result.measure("b_factor", -85.2, "Å²", "4 * slope of the Guinier line")
    return result


def _local_resolution() -> Result:
    return CHECKS["0.e"].not_measured("No network for local resolution is installed.")


def _local_b_factor(prepared: Preparation) -> Result:
    result = start("0.f")
    result.headline = "The median local B-factor is out of the usual range."
    decide(result, "local_b_factor.median", "median local B-factor", -412.0)
    warn(result, "local_b_factor.median", "The median local B-factor, −412 Å², is below −300 Å².")
    resized = prepared.section.volumes[RESAMPLED_MAP]
    inside = prepared.section.volumes[RESAMPLED_MASK].data > 0.5
    ramp = np.broadcast_to(np.linspace(-600, -200, resized.data.shape[2]), resized.data.shape)
    result.volumes["b_factor"] = resized.with_data(np.where(inside, ramp, 0).astype(np.float32))
    counts, edges = np.histogram(ramp[inside], bins=20)
    result.curves["histogram"] = {"from": edges[:-1], "to": edges[1:], "voxels": counts}
    result.figures = [
        HistogramFigure(
            "histogram",
            "local B-factor (Å²)",
            "Histogram of the local B-factor.",
            (Mark(-412.0, "median"),),
            (-300.0, 0.0),
        ),
        SurfaceFigure(
            RESAMPLED_MAP,
            "The map coloured by the local B-factor.",
            "b_factor",
            "local B-factor (Å²)",
            (-600.0, -200.0),
        ),
    ]
    return result


def _local_occupancy() -> Result:
    result = start("0.g")
    result.headline = "The median local occupancy is 1.00."
    result.figures = [
        HistogramFigure("histogram", "occupancy", "A figure without its curve."),
        SurfaceFigure("lost_map", "A figure without its map."),
    ]
    return result


def _evidence() -> Result:
    result = EVIDENCE["evidence"].start()
    result.seconds = 0.75
    result.results = ["The power of the map falls most steeply at 6.25 Å."]
    frequency = np.arange(0.005, 0.25, 0.005)
    power = np.where(frequency < 0.16, 5 - 10 * frequency, 0.5)
    result.curves["power_spectrum"] = {"frequency": frequency, "power": power}
    result.figures = [
        LineFigure(
            "power_spectrum",
            "frequency",
            ("power",),
            "1/D (1/Å)",
            "log10 of the mean |F|²",
            "Rotationally averaged power spectrum of the map.",
            marks=(Mark(0.25, "Nyquist frequency"),),
        )
    ]
    result.measure("spectrum_cutoff", 6.25, "Å", "where the power falls most steeply")
    result.measure("weakest_direction", [0.6, -0.8, 0.0], "", "direction with the least power")
    result.measure("contour_sigma", None, "", "contour level over noise", "there is no noise")
    return result


def results(prepared: Preparation) -> Dict[str, Result]:
    """Evidence, and one check of every identifier of Level 0 but 0.h, which never ran."""
    makers: List[Callable[[], Result]] = [
        _mass,
        _mask,
        _background,
        _guinier,
        _local_resolution,
        lambda: _local_b_factor(prepared),
        _local_occupancy,
        _evidence,
    ]
    return {result.id: result for result in (make() for make in makers)}


def save_all(
    folder: Path, prepared: Optional[Preparation] = None, figures: bool = True
) -> Tuple[Path, List[Path]]:
    """Write the preparation and the checks into folders; ``figures`` off makes quick reports."""
    prepared = prepared or preparation()
    measured = results(prepared)
    if not figures:
        for result in (prepared.section, *measured.values()):
            result.figures = []
    prepared.save(folder / "prepared")
    folders = []
    for result in measured.values():
        folders.append(folder / f"check_{result.id}")
        save_result(result, folders[-1])
    return folder / "prepared", folders


def build_example(
    folder: Path,
    prepared: Optional[Preparation] = None,
    without: Collection[str] = (),
    figures: bool = True,
    out: str = "out",
    levels: Sequence[Level] = (LEVEL0,),
    **options: Any,
) -> ReportFiles:
    """The report of the example in ``folder``/``out``, without PDF unless ``options`` ask for it.

    ``without`` names checks whose results do not arrive.
    """
    preparation_folder, checks = save_all(folder, prepared, figures)
    arrived = [check for check in checks if check.name[len("check_") :] not in without]
    options = {"pdf": False, **options}
    return build_report(preparation_folder, arrived, levels, folder / out, **options)
