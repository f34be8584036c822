"""How many real maps break the rules of Level 0: base_rates.json.

``python -m vrs.tests.base_rates`` measures the maps again and writes the file.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from vrs.checks.base_rates import BaseRates

TABLE = Path(__file__).with_suffix(".json")

BASE_RATES = msgspec.json.decode(TABLE.read_bytes(), type=BaseRates)
