"""A check as data: what it is called, what it explains, its rules, its needs, its measurement."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from typing import Any, Callable, Optional, Tuple

from vrs import __version__
from vrs.checks.inputs import Inputs, require_mask
from vrs.checks.memory import PER_VOXEL, memory_needed, resampled_voxels, shortage
from vrs.checks.result import BUILT_IN, CannotMeasure, Engine, Result, Status
from vrs.checks.rule import Rule
from vrs.maps import BoolArray, DensityMap
from vrs.maps.errors import MapError, sentence
from vrs.maps.printing import entered
from vrs.maps.rounding import rounded_alike


class Need(Enum):
    """Required inputs of a check, in the words of forms and documentation."""

    CONTOUR = "contour level"
    RESOLUTION = "reported resolution"
    MASK = "mask"
    RESAMPLED = "map resampled to half the resolution, with its mask"


@dataclass(frozen=True)
class Check:
    """A check of a level.

    Attributes
    ----------
    id, title : str -- "0.a" and "Mass analysis"
    explanation : str -- what is measured and why, for a structural biologist; plain text
    method : str
        One sentence in the past tense for the methods of a paper, whatever program measures, with
        BibTeX keys in square brackets.
    references : tuple of str -- BibTeX keys of the sources of the explanation
    rules : tuple of Rule -- scored rules, limits of the reported resolution, alternatives
    needs : tuple of Need -- besides the map
    memory : float -- peak memory in bytes per voxel of the largest grid that it needs, measured
    measure : function
        From ``Inputs`` to the ``Result``. By name it also takes the ``program`` of another engine,
        if there is one that measures this check, and the ``progress`` of a long measurement.
    part : function, optional
        For a check on a grid of its own around the molecule: the voxels of that grid, from the map,
        the mask and the contour level.
    network : str -- name of the network of the built-in engine, "" if it has none
    """

    id: str
    title: str
    explanation: str
    method: str
    references: Tuple[str, ...]
    rules: Tuple[Rule, ...]
    needs: Tuple[Need, ...]
    measure: Callable[..., Result]
    memory: float = PER_VOXEL
    part: Optional[Callable[[DensityMap, BoolArray, float], int]] = None
    network: str = ""

    @property
    def heading(self) -> str:
        """As ``Outcome.heading``: "0.a Mass analysis", of evidence the title alone."""
        return self.start().heading

    def rule(self, rule_id: str) -> Rule:
        """The rule with an identifier such as "mass.space"."""
        return next(rule for rule in self.rules if rule.id == rule_id)

    def start(self) -> Result:
        """A result of the built-in engine, with status OK until a rule is broken."""
        rules = [rule.id for rule in self.rules if not rule.alternative_to]
        engine = Engine(BUILT_IN, __version__)
        return Result(id=self.id, title=self.title, status=Status.OK, engine=engine, criteria=rules)

    def not_applicable(self, reason: str) -> Result:
        """The result for a map that the check is not made for; ``reason`` is a sentence."""
        return self._without_numbers(Status.NOT_APPLICABLE, reason)

    def not_measured(self, reason: str, engine: Optional[Engine] = None) -> Result:
        """The result of an impossible measurement, by ``engine`` or the built-in one."""
        result = self._without_numbers(Status.NOT_MEASURED, reason)
        result.engine = engine or result.engine
        return result

    def left_out(self) -> Result:
        """The result of a check that was not requested."""
        return self._without_numbers(Status.LEFT_OUT, "Left out on request.")

    def _without_numbers(self, status: Status, reason: str) -> Result:
        result = self.start()
        result.status, result.reason = status, reason
        result.headline = f"{self.title}: {status.text(0).lower()}. {reason}"
        return result

    def run(self, inputs: Inputs, available: Optional[float] = None, **options: Any) -> Result:
        """Measure, or report why that is impossible; never raises for an unsuitable map.

        Parameters
        ----------
        inputs : Inputs
        available : float, optional -- bytes of available memory; a check that needs more is refused
        **options -- handed to ``measure``
        """
        start = time.perf_counter()
        try:
            with rounded_alike():
                result = self._run(inputs, available, options)
        except CannotMeasure as error:
            result = self.not_measured(sentence(error.reason, error.advice), error.engine)
        except MapError as error:
            result = self.not_measured(sentence(error.reason, error.advice))
        except MemoryError:
            result = self.not_measured("The map needs more memory than this computer has.")
        result.seconds = round(time.perf_counter() - start, 3)
        return result

    def _run(self, inputs: Inputs, available: Optional[float], options: Any) -> Result:
        if inputs.record.unusable:
            return self.not_measured(inputs.record.unusable)
        reason = self.outside(inputs.resolution)
        if reason:
            return self.not_applicable(reason)
        grid = inputs.map, inputs.contour, inputs.resolution
        lacking = self.shortage(self.memory_needed(*grid, inputs.mask), available)
        if lacking:
            raise lacking
        if Need.MASK in self.needs:
            require_mask(inputs.map, inputs.mask)
        if Need.RESAMPLED in self.needs:
            require_mask(inputs.resampled, inputs.resampled_mask, "resampled, low-passed map")
        return self.measure(inputs, **options)

    def memory_needed(
        self,
        density: DensityMap,
        contour: float,
        resolution: Optional[float],
        mask: Optional[BoolArray] = None,
    ) -> float:
        """Bytes at the peak; where the check does not apply, those of the process alone.

        Parameters
        ----------
        density : DensityMap
        contour : float -- contour level in grey values
        resolution : float or None -- reported resolution in Å
        mask : ndarray, bool, shape (Z, Y, X), optional -- if it is not known, it may fill the box
        """
        if self.outside(resolution):
            return memory_needed(self.memory, 0)
        voxels, voxel_size = density.data.size, density.voxel_size
        largest: float = voxels
        if Need.RESAMPLED in self.needs:
            largest = max(largest, resampled_voxels(voxels, voxel_size, resolution))
        if self.part:
            at_1_angstrom = voxels * voxel_size**3
            part = at_1_angstrom if mask is None else self.part(density, mask, contour)
            largest = max(largest, part)
        return memory_needed(self.memory, largest)

    def shortage(self, needed: float, available: Optional[float]) -> Optional[MapError]:
        """The refusal if fewer bytes are available than needed, else None."""
        result = self.start()
        what = result.heading if result.is_check else f"“{self.title}”"
        return shortage(what, needed, available)

    def outside(self, resolution: Optional[float]) -> str:
        """Why the check does not apply at this reported resolution in Å, "" if it does."""
        if Need.RESOLUTION not in self.needs:
            return ""
        if resolution is None:
            return "The resolution was not reported."
        for rule in self.rules:
            if not rule.scored and not rule.holds(resolution):
                worse = resolution > rule.limits[-1]
                limit = rule.limits[-1] if worse else rule.limits[0]
                return (
                    f"The reported resolution of {entered(resolution)} Å is "
                    f"{'worse' if worse else 'better'} than {entered(limit)} Å, the limit of the "
                    "method."
                )
        return ""
