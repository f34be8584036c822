"""Level 0: the eight checks that need nothing but the map. Needs no Scipion."""

from vrs.checks.level import Level
from vrs.level0.b_factor import B_FACTOR
from vrs.level0.background import BACKGROUND
from vrs.level0.base_rates import BASE_RATES
from vrs.level0.evidence import EVIDENCE
from vrs.level0.hand import HAND
from vrs.level0.local_b_factor import LOCAL_B_FACTOR
from vrs.level0.local_occupancy import LOCAL_OCCUPANCY
from vrs.level0.local_resolution import LOCAL_RESOLUTION
from vrs.level0.mask import MASK_ANALYSIS
from vrs.level0.mass import MASS
from vrs.level0.preparation import prepare

LEVEL0 = Level(
    id="0",
    title="Level 0 analysis",
    data="the map alone",
    limits=(
        "Level 0 looks at one map. It can show that a map is inconsistent with itself; without "
        "two independent half maps it cannot prove the resolution, and without an atomic model it "
        "cannot prove the interpretation."
    ),
    checks=(
        MASS,
        MASK_ANALYSIS,
        BACKGROUND,
        B_FACTOR,
        LOCAL_RESOLUTION,
        LOCAL_B_FACTOR,
        LOCAL_OCCUPANCY,
        HAND,
    ),
    preparation=prepare,
    evidence=(EVIDENCE,),
    base_rates=BASE_RATES,
)

__all__ = [
    "BACKGROUND",
    "B_FACTOR",
    "EVIDENCE",
    "HAND",
    "LEVEL0",
    "LOCAL_B_FACTOR",
    "LOCAL_OCCUPANCY",
    "LOCAL_RESOLUTION",
    "MASK_ANALYSIS",
    "MASS",
    "prepare",
]
