"""The threads of a form are those that a run computes with."""

from __future__ import annotations

import os
from typing import Dict

import numpy as np
import pytest

from vrs.maps.fourier import threads

pytestmark = pytest.mark.slow


def test_a_run_computes_with_the_threads_of_its_form(
    scipion: Dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from threadpoolctl import threadpool_info

    from vrs.protocols.threads import limited_threads

    assert np.ones((2, 2)).sum() == 4
    monkeypatch.delenv("VRS_THREADS", raising=False)
    with limited_threads(1):
        assert threads() == 1
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}
    assert "VRS_THREADS" not in os.environ
    # The command shares the cores among its runs.
    monkeypatch.setenv("VRS_THREADS", "3")
    with limited_threads(1):
        assert threads() == 3
