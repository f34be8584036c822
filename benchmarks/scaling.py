"""Cost against the box size and against the number of threads.

It measures one shell of local amplitudes (0.f and 0.g need tens), the Guinier plot with the
corrected map, masks with labelling, and the statistics of the background. A Fourier transform needs
n³ log n operations, the rest n³.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence

import numpy as np

from benchmarks import machine
from benchmarks.inputs import Array

SIZES = (64, 96, 128, 192, 256, 384, 512)
QUICK_SIZES = (64, 96, 128)
_REPOSITORY = Path(__file__).resolve().parents[1]
_VOXEL_SIZE, _RESOLUTION = 1.0, 3.0
_FITTED_FROM = 128
"""Voxels; smaller boxes fit into the caches of the processor."""

_REPEAT_BELOW = 2.0
"""Seconds; shorter measurements are repeated, and the shortest time counts."""


def _monogenic(data: Array, mask: Array) -> Callable[[], object]:
    from vrs.maps import DensityMap
    from vrs.numerics.monogenic import MonogenicSignal

    signal = MonogenicSignal(DensityMap(data, _VOXEL_SIZE), np.ones_like(mask))
    width = 4.8 / (len(data) * _VOXEL_SIZE)
    return lambda: signal.amplitude(0.5 / _RESOLUTION, width, "sum")


def _guinier(data: Array, mask: Array) -> Callable[[], object]:
    from vrs.level0.b_factor import b_factor_analysis
    from vrs.maps import DensityMap

    return lambda: b_factor_analysis(DensityMap(data, _VOXEL_SIZE), _RESOLUTION)


def _masks(data: Array, mask: Array) -> Callable[[], object]:
    from vrs.maps import masks

    def make() -> None:
        grown = masks.molecule_mask(masks.raw_mask(data, 0.5), 2)
        masks.soft_mask(grown)

    return make


def _background(data: Array, mask: Array) -> Callable[[], object]:
    from vrs.level0.background import background_analysis
    from vrs.maps import DensityMap

    return lambda: background_analysis(DensityMap(data, _VOXEL_SIZE), mask, _RESOLUTION)


PARTS: Dict[str, Callable[[Array, Array], Callable[[], object]]] = {
    "one shell of 0.f and 0.g": _monogenic,
    "0.d Guinier plot": _guinier,
    "masks, labelled": _masks,
    "0.c background": _background,
}


def measure(size: int) -> Dict[str, float]:
    """Seconds of every part on a noisy ball in a box of ``size`` voxels, in this process."""
    axis = (np.arange(size, dtype=np.float32) - size / 2) ** 2
    squared = axis[:, None, None] + axis[:, None] + axis
    mask = squared < (size / 4) ** 2
    del squared
    data = np.random.default_rng(size).standard_normal(mask.shape, np.float32)
    data *= np.float32(0.1)
    data += mask
    quickest = {}
    for name, make in PARTS.items():
        work = make(data, mask)
        times: List[float] = []
        # The first run also allocates memory, which a sweep over shells does only once.
        while len(times) < 2 or (sum(times) < _REPEAT_BELOW and len(times) < 5):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        quickest[name] = min(times)
    return quickest


def run(sizes: Sequence[int], threads: Sequence[int]) -> Dict[str, Any]:
    """Measure every size with every number of threads, each in a process of its own."""
    from benchmarks.measure import environment

    started = time.monotonic()
    rows = []
    print(f"{'box':>7} {'threads':>7}  " + "  ".join(f"{name:>24}" for name in PARTS))
    for size in sizes:
        for count in threads:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.scaling", str(size)],
                stdout=subprocess.PIPE, text=True, check=True, cwd=_REPOSITORY,
                env=environment(count),
            )  # fmt: skip
            seconds = json.loads(done.stdout.splitlines()[-1])
            rows.append({"size": size, "threads": count, "seconds": seconds})
            cells = "  ".join(f"{seconds[name]:22.3g} s" for name in PARTS)
            print(f"{size:5}^3 {count:7}  {cells}", flush=True)
    result = {
        "machine": machine.description(),
        "versions": machine.versions(),
        "seconds_in_all": round(time.monotonic() - started, 1),
        "rows": rows,
    }
    print()
    print("\n".join(findings(result)))
    return result


def seconds_of(result: Dict[str, Any], part: str, threads: int) -> Dict[int, float]:
    """Seconds of a part by box size."""
    return {
        row["size"]: row["seconds"][part] for row in result["rows"] if row["threads"] == threads
    }


def findings(result: Dict[str, Any]) -> List[str]:
    """The growth of the cost and the gain of a second thread, in sentences."""
    counts = sorted({row["threads"] for row in result["rows"]})
    lines = []
    for part in PARTS:
        by_size = seconds_of(result, part, counts[0])
        sizes = [size for size in sorted(by_size) if size >= _FITTED_FROM] or sorted(by_size)
        if len(sizes) > 1:
            logarithms = np.log(sizes)
            costs = np.log([by_size[size] for size in sizes])
            power = np.polyfit(logarithms, costs, 1)[0]
            expected = np.polyfit(logarithms, 3 * logarithms + np.log(logarithms), 1)[0]
            gains = "".join(
                f"; at {sizes[-1]} voxels {count} threads are "
                f"{by_size[sizes[-1]] / seconds_of(result, part, count)[sizes[-1]]:.2f} times as "
                f"fast as {counts[0]}"
                for count in counts[1:]
            )
            lines.append(
                f"{part}: from {sizes[0]} to {sizes[-1]} voxels a side the cost grows as "
                f"n^{power:.2f} (n^3 log n would be n^{expected:.2f}){gains}."
            )
    lines.append(f"{result['machine']}; {result['seconds_in_all']:.0f} s in all.")
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int)
    print(json.dumps(measure(parser.parse_args().size)))
