"""Time and peak memory of every stage of a report, each in a process of its own.

``python -m benchmarks.memory --sizes 100 256`` prints a table; ``--out FILE`` keeps it as JSON.
The maps are simulated: a ball of atoms that fills 4 % of the box, with noise, low-passed at the
resolution. A stage reads its maps from disk and writes its result, as its protocol does. Its
processor time includes the programs that it starts; its memory does not.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List

import numpy as np

MAP, IMPORTED, PREPARED = "input.mrc", "map.mrc", "prepared"
SHARE_OF_VOLUME = 0.04
"""Share of the box that the molecule fills, as usual in large boxes."""


def make_map(folder: Path, size: int, voxel_size: float, resolution: float) -> None:
    """A simulated map with B = 60 Å² and white noise, low-passed at the resolution."""
    import scipy.fft

    radius = size * (SHARE_OF_VOLUME * 3 / (4 * np.pi)) ** (1 / 3)
    random = np.random.default_rng(size)
    axis = (np.arange(size, dtype=np.float32) - size // 2) ** 2
    data = np.empty((size, size, size), dtype=np.float32)
    for z, plane in enumerate(data):
        inside = axis[z] + axis[:, None] + axis[None, :] < radius**2
        plane[...] = inside & (random.random(inside.shape, np.float32) < 0.05)
    spectrum = scipy.fft.rfftn(data, workers=2, overwrite_x=True)
    y = scipy.fft.fftfreq(size, voxel_size).astype(np.float32)
    x = scipy.fft.rfftfreq(size, voxel_size).astype(np.float32)
    for z, plane in zip(y, spectrum):
        squared = z * z + y[:, None] ** 2 + x[None, :] ** 2
        noise = random.standard_normal((*plane.shape, 2), np.float32).view(np.complex64)[..., 0]
        plane *= np.exp(-15 * squared)
        plane += noise * np.float32(0.02 * np.sqrt(0.05 * SHARE_OF_VOLUME * data.size))
        plane *= np.clip((1 / resolution - np.sqrt(squared)) / 0.01 + 1, 0, 1)
    data = scipy.fft.irfftn(spectrum, s=data.shape, workers=2, overwrite_x=True)
    from vrs.maps import DensityMap, write_map

    write_map(folder / MAP, DensityMap(data, voxel_size))
    contour = 0.3 * float(np.quantile(data[size // 2], 0.999))
    (folder / "values.json").write_text(json.dumps({"contour": contour, "resolution": resolution}))


def values_of(folder: Path) -> Dict[str, float]:
    """Contour level and resolution."""
    values: Dict[str, float] = json.loads((folder / "values.json").read_text())
    return values


def _validate(folder: Path) -> None:
    from vrs.run.request import Request, check_request

    check_request(Request(folder / MAP, **values_of(folder)))


def _import(folder: Path) -> None:
    from vrs.maps import read_with_source, write_map

    write_map(folder / IMPORTED, read_with_source(folder / MAP)[0])


def _prepare(folder: Path) -> None:
    from vrs.level0 import prepare
    from vrs.maps import open_map

    values = values_of(folder)
    density = open_map(folder / IMPORTED)
    prepare(density, values["contour"], values["resolution"]).save(folder / PREPARED)


def _check(folder: Path, name: str) -> None:
    from vrs.checks.inputs import Preparation
    from vrs.checks.store import save_result
    from vrs.levels import MEASURED

    result = MEASURED[name].run(Preparation.load(folder / PREPARED).inputs)
    save_result(result, folder / name)
    print(result.status_text, result.headline, file=sys.stderr)


def _report(folder: Path) -> None:
    from vrs.checks.store import RESULT_FILE
    from vrs.levels import LEVELS, MEASURED
    from vrs.report.build import build_report

    results = [folder / name for name in MEASURED if (folder / name / RESULT_FILE).exists()]
    build_report(folder / PREPARED, results, LEVELS, folder / "report")


BEFORE: Dict[str, Callable[[Path], None]] = {
    "validate": _validate,
    "import": _import,
    "prepare": _prepare,
}
AFTER: Dict[str, Callable[[Path], None]] = {"report": _report}


def stage_names() -> List[str]:
    """All stages in order; the process of a stage does not load them, since that has its cost."""
    from vrs.levels import MEASURED

    return [*BEFORE, *MEASURED, *AFTER]


def run_stage(name: str, folder: Path) -> None:
    """Run one stage in this process and print its cost."""
    from vrs.run.memory import peak_memory

    start, before = time.perf_counter(), time.process_time()
    stage = {**BEFORE, **AFTER}.get(name)
    if stage:
        stage(folder)
    else:
        _check(folder, name)
    peak = peak_memory()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = time.process_time() - before
    cost = {
        "seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(own + children.ru_utime + children.ru_stime, 2),
        "megabytes": None if peak is None else round(peak / 1e6),
    }
    print(json.dumps(cost))


def measure(
    size: int,
    voxel_size: float,
    resolution: float,
    folder: Path,
    stages: List[str],
    quiet: bool = False,
) -> Any:
    """Costs of the stages on a simulated map, by their names."""
    if not (folder / MAP).exists():
        make_map(folder, size, voxel_size, resolution)
    costs = {}
    for name in stages:
        done = subprocess.run(
            [sys.executable, __file__, "--stage", name, "--folder", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            check=True,
            text=True,
        )
        costs[name] = json.loads(done.stdout.splitlines()[-1])
        if not quiet:
            print(f"{size:4} {name:9} {costs[name]}", flush=True)
    return costs


def main() -> None:
    """Measure, or run one stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100])
    parser.add_argument("--voxel-size", type=float, default=1.0)
    parser.add_argument("--resolution", type=float, default=3.0)
    parser.add_argument("--stages", nargs="*", metavar="STAGE")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--stage")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.stage:
        run_stage(options.stage, options.folder)
        return
    table = {}
    with tempfile.TemporaryDirectory() as scratch:
        for size in options.sizes:
            folder = (options.folder or Path(scratch)) / f"{size}_{options.resolution:g}"
            folder.mkdir(parents=True, exist_ok=True)
            stages = options.stages or stage_names()
            table[size] = measure(size, options.voxel_size, options.resolution, folder, stages)
    if options.out:
        threads = os.environ.get("VRS_THREADS", "all")
        options.out.write_text(json.dumps({"threads": threads, "table": table}, indent=1))


if __name__ == "__main__":
    main()
