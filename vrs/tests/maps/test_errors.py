"""Errors for the user: a reason, an advice, one sentence."""

from __future__ import annotations

import pytest

from vrs.checks.result import CannotMeasure
from vrs.maps.errors import MapError, OutputError, ReportFailed, VrsError, WorkflowError, sentence


@pytest.mark.parametrize(
    "kind", [CannotMeasure, MapError, OutputError, ReportFailed, VrsError, WorkflowError]
)
def test_every_error_has_a_reason_and_may_have_advice(kind: "type[VrsError]") -> None:
    assert str(kind("the mask is empty")) == "the mask is empty"
    error = kind("the mask is empty", advice="lower the contour level")
    assert isinstance(error, VrsError)
    assert (error.reason, error.advice) == ("the mask is empty", "lower the contour level")
    assert str(error) == "the mask is empty: lower the contour level"


def test_a_sentence_begins_with_a_capital_and_ends_with_a_full_stop() -> None:
    assert sentence("the mask is empty") == "The mask is empty."
    assert sentence("no mask", "lower the contour level") == "No mask: lower the contour level."
