"""The workflow of a report, made from the levels: for ``vrs report`` and as Scipion's template."""

from __future__ import annotations

import importlib
import json
import os
import re
from pathlib import Path
from typing import Any, Collection, Dict, List, Mapping, Sequence

from vrs.checks.check import Check
from vrs.checks.level import Level
from vrs.engines.choice import AUTO, engine_choices
from vrs.engines.interface import PREPARE
from vrs.maps.errors import WorkflowError
from vrs.maps.typed_values import GIVEN
from vrs.run.output_path import free_space

Workflow = List[Dict[str, Any]]
"""Runs as Scipion exports them: class, identifier, label and the values of the form."""

FIELDS = {
    "map": "~Map file (with its whole path) or EMDB entry (such as EMD-3488)||0|map~",
    "voxel_size": "~Voxel size in angstrom (empty: that of the file or of the entry)||0"
    "|voxel_size~",
    "contour": "~Contour level (empty: that of the EMDB entry)||0|contour~",
    "resolution": "~Reported resolution in angstrom (empty: that of the entry, or not reported)||0"
    "|resolution~",
    "mass": "~Molecular mass in kDa (empty: that of the entry, or not known)||0|mass~",
    "title": "~Title of the report||0|title~",
}
"""Alias -> field in Scipion's syntax: title, default, type (0 text), alias.

Numbers are texts, which may have a unit, and may be missing. The type of a file (2) would refuse
the identifier of an entry.
"""


def protocol_classes() -> Dict[str, Any]:
    """The protocol of each check and of the evidence, by the identifier of what it measures.

    Needs ``vrs.run.environment.prepare_scipion`` to have been called.

    Raises WorkflowError if Scipion does not load them.
    """
    import pyworkflow as pw

    classes = pw.Config.getDomain().getProtocols().values()
    found = {cls.CHECK.id: cls for cls in classes if hasattr(cls, "CHECK")}
    if not found:
        raise _not_loaded()
    return found


def protocol_name(check: Check) -> str:
    """The class of the protocol of a check or of evidence, which its title or identifier makes.

    "0.d B-factor analysis" is measured by "VrsProtBFactor".
    """
    title = check.title if check.start().is_check else check.id
    words = re.split(r"[\W_]+", re.sub(r" analysis$", "", title))
    return "VrsProt" + "".join(word[:1].upper() + word[1:] for word in words)


def workflow(
    levels: Sequence[Level],
    values: Mapping[str, str],
    skip: Collection[str] = (),
    engines: Mapping[str, str] = {},  # noqa: B006  (read only)
) -> Workflow:
    """Import, preparation, the checks and the evidence of the levels, and the report.

    Parameters
    ----------
    values : mapping of str to str -- A value for each name in ``FIELDS``. If ``"mask"`` names a
        file, that mask replaces the mask of the preparation; ``"mask_voxel_size"`` is its voxel
        size, if its header has none. ``"entry"``, ``"mass"``, ``"binning"``, ``"as_volume"``,
        ``"keep_spikes"``, ``"command_line"``, ``"reference"`` and the sources of values, such as
        ``"contour_source"``, are optional too.
    skip : collection of str -- Identifiers of checks to leave out.
    engines : mapping of str to str
        Engine of a check by its identifier, or of "prepare"; "auto" for the others.
    """
    runs: Workflow = []

    def add(name: str, label: str, **parameters: Any) -> str:
        key = str(len(runs) + 1)
        names = {"object.className": name, "object.id": key, "object.label": label}
        runs.append({**names, **parameters})
        return key

    importer, read_as = "VrsProtImportMap", {"asVolume": values.get("as_volume", "False")}
    size = values["voxel_size"]
    volume = add(
        importer, "Import map", mapFile=values["map"], entry=values.get("entry", ""),
        voxelSize=size, voxelSizeSource=values.get("voxel_size_source", GIVEN), **read_as,
    )  # fmt: skip
    own_mask = ""
    if values.get("mask"):
        size = values.get("mask_voxel_size", "")
        file = values["mask"]
        mask = add(importer, "Import mask", mapFile=file, voxelSize=size, kind="1", **read_as)
        own_mask = f"{mask}.outputMask"
    prepared = add(
        "VrsProtPrepare",
        "Prepare map",
        inputVolume=f"{volume}.outputVolume",
        contourLevel=values["contour"],
        reportedResolution=values["resolution"],
        mass=values.get("mass", ""),
        ownMask=own_mask,
        binning=values.get("binning", "1"),
        keepSpikes=values.get("keep_spikes", "False"),
        contourSource=values.get("contour_source", GIVEN),
        resolutionSource=values.get("resolution_source", GIVEN),
        massSource=values.get("mass_source", GIVEN),
        **_engine(PREPARE, engines),
    )
    validation_input = f"{prepared}.validationInput"
    checks = []
    for check in (check for level in levels for check in (*level.checks, *level.evidence)):
        if check.id in skip:
            continue
        name, label = protocol_name(check), check.heading
        options = _engine(check.id, engines)
        checks.append(add(name, label, validationInput=validation_input, **options))
    add(
        "VrsProtReport",
        "Validation report",
        _prerequisites=",".join(checks),
        validationInput=validation_input,
        checks=[f"{key}.checkResult" for key in checks],
        title=values["title"],
        notRequested=", ".join(sorted(skip)),
        commandLine=values.get("command_line", ""),
        reference=values.get("reference", ""),
    )
    return runs


def _engine(what: str, engines: Mapping[str, str]) -> Dict[str, str]:
    """The field of the engine in a form that has one: the number of its choice."""
    choices = engine_choices(what)
    return {"engine": str(choices.index(engines.get(what, AUTO)))} if choices else {}


def _not_loaded() -> WorkflowError:
    """Why there are no protocols of this plugin, which Scipion tells only its log."""
    reason = "Scipion does not load the protocols of this plugin"
    try:
        importlib.import_module("vrs.protocols")
    except OSError as error:
        # The list of fonts is written while matplotlib is imported.
        space = free_space(Path(os.environ["MPLCONFIGDIR"]))
        return WorkflowError(
            f"{reason} ({error.strerror or error}; {space})",
            "free disk space, or set MPLCONFIGDIR to a folder on another disk",
        )
    except Exception as error:  # noqa: BLE001  (whatever an installation by halves raises)
        reason += f" ({type(error).__name__}: {error})"
    return WorkflowError(reason, "vrs doctor lists what is missing")


def template(levels: Sequence[Level]) -> str:
    """The text of a template for Scipion, which asks for the values in ``FIELDS``."""
    titles = " and ".join(level.title for level in levels)
    runs = json.dumps(workflow(levels, FIELDS), indent=4, ensure_ascii=False)
    return f"{titles} of a cryo-EM map: masks, checks, and the report.\n{runs}\n"
