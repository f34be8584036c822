"""The measurements of the evidence under headings, for the tables of all formats."""

from __future__ import annotations

from typing import List, Mapping, Tuple

from vrs.checks.result import Measurement

GROUPS = (
    (
        "Resolution and signal",
        (
            "spectrum_cutoff", "spectrum_drop", "effective_resolution", "structure_skewness",
            "structure_coupling", "anisotropy", "directional_power", "weakest_direction",
        ),
    ),
    (
        "Artefacts",
        (
            "ghost_correlation", "ghost_distance", "ghost_next", "ghost_outside", "axis_streak",
            "spikes",
        ),
    ),
    (
        "Background and processing",
        (
            "map_mode", "identical_share", "negative_share", "background_left",
            "background_structure", "background_offset", "mask_edge", "contrast", "sampling",
            "nyquist_power", "negative_bodies", "voxel_scale", "voxel_scale_interval",
        ),
    ),
    (
        "Contour level",
        (
            "contour_sigma", "contour_fdr_share", "contour_shown", "contour_mean",
            "contour_one_body", "contour_top_percent", "contour_from_mass",
            "density_outside_mask", "contour_suggested",
        ),
    ),
    (
        "Place in the box",
        ("face_share", "faces_touched", "runs_through", "center_offset", "smallest_space"),
    ),
    (
        "Parts and symmetry",
        (
            "part_share", "part_occupancy", "part_b_factor", "part_centre", "symmetry",
            "symmetry_resolution", "inertia_axes", "inertia_spread",
        ),
    ),
)  # fmt: skip
"""Headings and names of measurements, in the order of the report."""

OTHERS = "Others"


def grouped(measurements: Mapping[str, Measurement]) -> List[Tuple[str, List[Measurement]]]:
    """The measurements by heading; those without one, as of another version, come last.

    >>> [(heading, len(group)) for heading, group in grouped({
    ...     name: Measurement(1.0, "", "x") for name in ("new", "spikes", "axis_streak")})]
    [('Artefacts', 2), ('Others', 1)]
    """
    named = {name for _, names in GROUPS for name in names}
    others = tuple(name for name in measurements if name not in named)
    groups = [
        (heading, [measurements[name] for name in names if name in measurements])
        for heading, names in (*GROUPS, (OTHERS, others))
    ]
    return [(heading, group) for heading, group in groups if group]
