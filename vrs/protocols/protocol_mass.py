"""Check 0.a."""

from __future__ import annotations

from typing import Any

from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.checks.result import Check
from vrs.level0.mass import mass_analysis
from vrs.protocols.forms import add_contour, add_map, add_mask
from vrs.protocols.protocol_check import VrsProtCheck
from vrs.protocols.volumes import read_mask, read_volume

SPACE_RULES = ("percent", "angstrom")


class VrsProtMass(VrsProtCheck):
    """0.a Is the molecule centred in its box, with enough empty space around it?"""

    _label = "0.a mass analysis"
    CHECK_ID = "0.a"

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        add_map(form)
        add_mask(form)
        add_contour(form)
        form.addParam(
            "spaceRule",
            params.EnumParam,
            choices=["20 % of the box", "20 Å"],
            default=0,
            expertLevel=LEVEL_ADVANCED,
            label="Empty space wanted on every side",
            help="The published rule asks for 20 % of the box; the program of the public service "
            "tests 20 Å.",
        )

    def _measure(self) -> Check:
        density = read_volume(self.inputVolume.get())
        hard_mask = read_mask(self.mask.get(), density)
        rule = SPACE_RULES[self.spaceRule.get()]
        return mass_analysis(density, hard_mask, self.contour.get(), space_rule=rule)
