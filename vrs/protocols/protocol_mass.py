"""Check 0.a."""

from __future__ import annotations

from typing import Any, Dict

from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.level0.mass import MASS
from vrs.protocols.base import VrsProtCheck

SPACE_RULES = ("percent", "angstrom")


class VrsProtMass(VrsProtCheck):
    """0.a Is the molecule centred in its box, with enough empty space around it?"""

    _label = "0.a mass analysis"
    CHECK = MASS

    def _defineParams(self, form: Any) -> None:
        super()._defineParams(form)
        form.addParam(
            "spaceRule", params.EnumParam, choices=["20 % of the box", "20 Å"], default=0,
            expertLevel=LEVEL_ADVANCED, label="Empty space required on every side",
            help="The published rule requires 20 % of the box; the program of the public service "
            "tests 20 Å.",
        )  # fmt: skip

    def _options(self) -> Dict[str, Any]:
        return {"space_rule": SPACE_RULES[self.spaceRule.get()]}
