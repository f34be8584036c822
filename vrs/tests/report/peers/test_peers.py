"""A report among its peers, in a made reference set: no number of it was measured on a map."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Dict

import jsonschema
import msgspec
import pytest

from vrs.checks.store import write_json
from vrs.levels import LEVELS
from vrs.reference.file import NoReference, write_reference
from vrs.reference.model import ReferenceSet
from vrs.reference.rank import FEWEST
from vrs.report import REPORT_JSON
from vrs.report.figures.strip import Strip, pdf, svg
from vrs.report.model import PeerNumber, Peers, Report, schema
from vrs.report.peers.context import peers_of
from vrs.report.peers.gather import SAME_MAP, UNREADABLE, build_reference
from vrs.report.peers.observed import findings_of, numbers_of
from vrs.report.text.peers import lines_of
from vrs.tests.made_reference import NAME, copies, with_value, with_versions
from vrs.tests.report_example import build_example

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

B_FACTOR = "b_factor.interval"
DATE = "2026-11-28"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The example at 6 Å, with a B-factor of -85.2 Å²."""
    return build_example(tmp_path_factory.mktemp("peers"), figures=False, html=False).report


@pytest.fixture(scope="module")
def made(report: Report, tmp_path_factory: pytest.TempPathFactory) -> ReferenceSet:
    """Maps with B-factors of 0, -2, -4 ... -198 Å²: 57 of 100 are below -85.2."""
    folder = tmp_path_factory.mktemp("made")
    copies(report, folder, 100, lambda index: with_value(B_FACTOR, -2.0 * index))
    return build_reference([folder], NAME, DATE)


def _b_factor(peers: Peers) -> PeerNumber:
    found = peers.number("0.d", B_FACTOR)
    assert found is not None
    return found


def test_a_number_is_at_its_percentile(report: Report, made: ReferenceSet) -> None:
    peers = peers_of(report, made)
    found = _b_factor(peers)
    assert (found.maps, found.below, found.same, found.percentile) == (100, 57, 0, 57.0)
    assert found.place == "57th percentile of 100 maps at 6 to 8 Å"
    assert found.quantiles[2] == pytest.approx(-99.0)
    assert f"Compared with 100 maps at 6 to 8 Å of the reference set “{NAME}”" in peers.text
    whole = msgspec.structs.replace(report, peers=peers)
    assert "0.d B-factor -85 Å²: 57th percentile of 100 maps at 6 to 8 Å" in lines_of(whole)


def test_every_deciding_number_of_an_evaluated_check_has_a_place(
    report: Report, made: ReferenceSet
) -> None:
    tested = [
        (check.id, decision.rule)
        for check in report.checks if check.evaluated for decision in check.decisions
    ]  # fmt: skip
    assert [(one.check, one.rule) for one in peers_of(report, made).numbers] == tested


def test_every_scored_rule_names_its_measurements() -> None:
    lacking = [
        rule.id
        for level in LEVELS for check in level.checks for rule in check.rules
        if rule.scored and not rule.measurements
    ]  # fmt: skip
    assert lacking == []


def test_values_beyond_all_others_and_shared_ones_are_said_to_be_so(
    report: Report, tmp_path: Path
) -> None:
    copies(report, tmp_path, 30, lambda index: with_value(B_FACTOR, -90.0 - index))
    peers = peers_of(report, build_reference([tmp_path], NAME, DATE))
    assert _b_factor(peers).place == "above all 30 maps at 6 to 8 Å"
    space = peers.number("0.a", "mass.space")
    assert space is not None
    assert space.place == "the same as all 30 maps at 6 to 8 Å"


@pytest.mark.parametrize("number", [FEWEST - 1, 0])
def test_too_few_maps_give_no_percentile(report: Report, tmp_path: Path, number: int) -> None:
    copies(report, tmp_path, number)
    copies(report, tmp_path, FEWEST, first=100, resolution=3.0)
    peers = peers_of(report, build_reference([tmp_path], NAME, DATE))
    found = _b_factor(peers)
    assert (found.maps, found.percentile, found.quantiles) == (number, None, [])
    assert found.place.startswith("no percentile, as the set has ")
    assert f"{number} maps" in found.place or not number
    assert [one.percentile for one in peers.numbers] == [None] * len(peers.numbers)


def test_a_map_in_the_set_is_not_its_own_peer(report: Report, tmp_path: Path) -> None:
    copies(report, tmp_path, FEWEST)
    (tmp_path / "itself").mkdir()
    write_json(tmp_path / "itself" / REPORT_JSON, report)
    peers = peers_of(report, build_reference([tmp_path], NAME, DATE))
    assert (peers.maps, peers.contains_map, _b_factor(peers).maps) == (FEWEST, True, FEWEST)
    assert "is in the set and is not counted" in peers.text


def test_numbers_of_another_version_of_their_measurement_are_not_mixed(
    report: Report, tmp_path: Path
) -> None:
    copies(report, tmp_path, 25)
    copies(report, tmp_path, 30, lambda _: with_versions("0.d", {"b_factor": 2}), first=100)
    copies(report, tmp_path, 35, lambda _: with_versions("0.d", {"intercept": 2}), first=200)
    reference = build_reference([tmp_path], NAME, DATE)
    peers = peers_of(report, reference)
    # The rule on the B-factor does not read the intercept.
    assert (peers.maps, _b_factor(peers).maps) == (90, 60)
    newer = msgspec.structs.replace(
        report, checks=[with_versions("0.d", {"b_factor": 2})(check) for check in report.checks]
    )
    assert _b_factor(peers_of(newer, reference)).maps == 30


def test_numbers_of_another_program_are_not_mixed(report: Report, made: ReferenceSet) -> None:
    def by_another(check: Any) -> Any:
        engine = msgspec.structs.replace(check.engine, name="Other", version="1", references=("A",))
        return msgspec.structs.replace(check, engine=engine)

    other = msgspec.structs.replace(report, checks=[by_another(check) for check in report.checks])
    found = _b_factor(peers_of(other, made))
    assert found.maps == 0
    assert "no map at 6 to 8 Å that was measured in the same way" in found.place


def test_a_finding_has_its_share(made: ReferenceSet, report: Report, tmp_path: Path) -> None:
    """Ten maps have a streak, as this one, and 30 have none."""

    def spoilt(original: Report) -> Report:
        evidence = original.evidence
        assert evidence is not None
        measured = dict(evidence.measurements)
        one = next(iter(measured.values()))
        measured["axis_streak"] = msgspec.structs.replace(one, value=50.0, reason="", unit="")
        return msgspec.structs.replace(
            original, evidence=msgspec.structs.replace(evidence, measurements=measured)
        )

    def clean(original: Report) -> Report:
        evidence = spoilt(original).evidence
        assert evidence is not None
        measured = dict(evidence.measurements)
        measured["axis_streak"] = msgspec.structs.replace(measured["axis_streak"], value=1.0)
        return msgspec.structs.replace(
            original, evidence=msgspec.structs.replace(evidence, measurements=measured)
        )

    copies(spoilt(report), tmp_path / "a", 10)
    copies(clean(report), tmp_path / "b", 30, first=100)
    copies(report, tmp_path / "c", 7, first=200)
    reference = build_reference([tmp_path], NAME, DATE)
    present = {way.finding for way, has in findings_of(spoilt(report)) if has}
    assert "streak" in present
    (finding,) = [
        one for one in _concluded(spoilt(report)).findings if one.id == "streak"
    ]
    whole = msgspec.structs.replace(spoilt(report), findings=[finding])
    (place,) = peers_of(whole, reference).findings
    # The measurement is missing in 7 of the 47 maps, which say nothing.
    assert (place.finding, place.having, place.maps, place.share) == ("streak", 10, 40, 25.0)
    assert place.place == "10 of 40 maps at 6 to 8 Å (25 %) have the same finding"


def _concluded(report: Report) -> Any:
    from vrs.report.text.findings import conclude
    from vrs.report.text.findings.facts import facts_of

    facts = facts_of(report)
    return conclude(facts.record, facts.outcomes)


@pytest.mark.parametrize(
    "fields, reason",
    [
        ({"resolution": None, "resolution_source": None}, "no resolution was reported"),
        ({"binning": 2}, "the map was binned"),
        ({"unusable": "it is empty"}, "the map could not be measured"),
    ],
)
def test_maps_that_do_not_compare_are_left_out_and_have_no_place(
    report: Report, made: ReferenceSet, tmp_path: Path, fields: Dict[str, Any], reason: str
) -> None:
    record = msgspec.structs.replace(report.input, **fields)
    peers = peers_of(msgspec.structs.replace(report, input=record), made)
    assert (peers.reason, peers.numbers, peers.findings) == (reason, [], [])
    copies(report, tmp_path, 1)
    copies(report, tmp_path, 2, first=10, **fields)
    assert build_reference([tmp_path], NAME, DATE).left_out == {reason: 2}


def test_damaged_reports_and_older_ones_of_a_map_are_counted(
    report: Report, tmp_path: Path
) -> None:
    places = copies(report, tmp_path / "a", 3)
    copies(report, tmp_path / "b", 3)
    (places[0] / REPORT_JSON).write_bytes(b"{}")
    reference = build_reference([tmp_path], NAME, DATE)
    assert reference.left_out == {SAME_MAP: 2, UNREADABLE: 1}
    assert sum(len(one.peers) for one in reference.classes) == 3
    with pytest.raises(NoReference, match="no report in .* can be used .*version: 1"):
        build_reference([places[0]], NAME, DATE)


def test_numbers_of_one_report_are_each_of_one_way(report: Report) -> None:
    ways = [way for way, _ in numbers_of(report)]
    assert len(set(ways)) == len(ways)


def test_report_page_and_json_show_the_place(
    made: ReferenceSet, report: Report, tmp_path: Path
) -> None:
    write_reference(tmp_path / "set.json", made)
    files = build_example(tmp_path, figures=False, reference=str(tmp_path / "set.json"))
    content = json.loads(files.json.read_text(encoding="utf-8"))
    jsonschema.validate(content, schema())
    assert content["peers"]["maps"] == 100
    assert files.html is not None
    page = files.html.read_text(encoding="utf-8")
    page = page[page.index('<section id="peers">') :]
    page = page[: page.index("</section>")]
    assert page.count('<svg class="strip"') == len(content["peers"]["numbers"])
    text = " ".join(re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").split())
    assert "57th percentile of 100 maps at 6 to 8 Å" in text
    assert str(tmp_path) not in files.json.read_text(encoding="utf-8")


def test_a_set_that_cannot_be_read_costs_a_note_and_no_report(tmp_path: Path) -> None:
    missing = tmp_path / "missing.json"
    report = build_example(tmp_path, figures=False, html=False, reference=str(missing)).report
    assert report.peers is None
    (note,) = [note for note in report.notes if "reference set" in note]
    assert note.endswith("The map was not placed among others.")


def test_the_place_of_a_number_that_the_report_lacks_is_refused(
    report: Report, made: ReferenceSet
) -> None:
    peers = peers_of(report, made)
    wrong = msgspec.structs.replace(peers.numbers[0], rule="hand.score")
    with pytest.raises(ValueError, match="no rule was tested with"):
        msgspec.structs.replace(report, peers=msgspec.structs.replace(peers, numbers=[wrong]))


def test_a_strip_has_its_ends_limits_and_arrows() -> None:
    quantiles = (0.0, 25.0, 50.0, 75.0, 100.0)
    assert Strip(50.0, quantiles, (20.0,), False).place(50.0) == 0.5
    inside, beyond = (Strip(value, quantiles, (20.0, 150.0), True) for value in (50.0, 130.0))
    # A limit beyond the ends is not drawn; an arrow has three corners, the diamond four.
    assert len(inside.shapes()) == 7
    assert [s.shapes()[-1].path.count(" L ") for s in (inside, beyond)] == [3, 2]
    assert svg(inside).count("<path") == 7
    assert pdf(inside).startswith("q ") and pdf(inside).endswith(" Q")


def test_a_strip_is_logarithmic_over_three_decades_and_even_for_equal_numbers() -> None:
    wide = Strip(10.0, (0.1, 1.0, 10.0, 100.0, 1000.0), (), False)
    assert wide.is_logarithmic and wide.place(10.0) == pytest.approx(0.5)
    assert wide.place(0.0) < 0
    alike = Strip(2.0, (1.0,) * 5, (), False)
    assert [alike.place(value) for value in (0.0, 1.0, 2.0)] == [-0.5, 0.5, 1.5]
