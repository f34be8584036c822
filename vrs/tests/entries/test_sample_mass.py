"""The mass of the whole sample: stated, or summed without counting anything twice, or null."""

from __future__ import annotations

from typing import Optional

import pytest

from vrs.tests.entries.headers import MAP, final, header, parsed


def weight(value: object, unit: str = "MDa", kind: str = "theoretical") -> str:
    return f'<molecular_weight><{kind} units="{unit}">{value}</{kind}></molecular_weight>'


def part(
    content: str = "", parent: Optional[int] = 0, kind: str = "complex", lists: bool = True
) -> str:
    """A part of the sample, which lists its molecules."""
    inside = "" if parent is None else f"<parent>{parent}</parent>"
    inside += "<macromolecule_list/>" if lists else ""
    return f"<{kind}_supramolecule>{inside}{content}</{kind}_supramolecule>"


def molecule(mass: str, copies: object = 1, kind: str = "protein_or_peptide") -> str:
    number = "" if copies is None else f"<number_of_copies>{copies}</number_of_copies>"
    return f"<{kind}>{mass}{number}</{kind}>"


def sample(*parts: str, molecules: str = "") -> str:
    return (
        f"<supramolecule_list>{''.join(parts)}</supramolecule_list>"
        f"<macromolecule_list>{molecules}</macromolecule_list>"
    )


def mass_of(content: str, **parts: str) -> Optional[float]:
    return parsed(header(sample=content, **parts)).molecular_mass


@pytest.mark.parametrize(
    ("written", "kda"),
    [
        (weight(0.45), 450.0),
        (weight(450, "kDa"), 450.0),
        (weight(450000, "Da"), 450.0),
        (weight("4.5e-1", "MDA"), 450.0),
        (weight(0.45, kind="experimental"), 450.0),
        (weight(0.5, kind="experimental") + weight(0.45), 450.0),
        (weight(12, "kDa/nm"), None),
        (weight(0), None),
        (weight(-1), None),
        (weight("n/a"), None),
        (weight(0.45, "stone"), None),
    ],
)
def test_units(written: str, kda: Optional[float]) -> None:
    assert mass_of(sample(part(written))) == kda


def test_the_whole_sample_goes_before_its_parts() -> None:
    """Old headers: the sample, and parts without a parent inside it."""
    whole = part(weight(0.5), None, "sample", lists=False)
    inside = part(weight(0.3), None, lists=False) + part(weight(0.2), None, lists=False)
    assert mass_of(sample(whole, inside, molecules=molecule(weight(0.01)))) == 500.0


def test_a_parent_and_its_children_are_not_added() -> None:
    children = part(weight(0.3), 1) + part(weight(0.2), 1)
    assert mass_of(sample(part(weight(0.5)), children)) == 500.0
    assert mass_of(sample(part(), children)) is None


def test_several_outermost_parts_are_not_added_as_they_may_overlap() -> None:
    complexes = part(weight(0.5)) + part(weight(0.3)) + part(weight(0.2))
    assert mass_of(sample(complexes)) is None
    molecules = molecule(weight(0.15), 2) + molecule(weight(0.2), 1)
    assert mass_of(sample(complexes, molecules=molecules)) == 500.0


@pytest.mark.parametrize(
    ("copies", "kda"), [("", 100.0), ("3", 300.0), ("many", None), ("0", None)]
)
def test_copies_of_the_only_part(copies: str, kda: Optional[float]) -> None:
    number = f"<number_of_copies>{copies}</number_of_copies>"
    assert mass_of(sample(part(weight(0.1) + number))) == kda


@pytest.mark.parametrize(
    ("molecules", "kda"),
    [
        (molecule(weight(0.032), 2) + molecule(weight(0.016), 2), 96.0),
        (molecule(weight(0.03)) + molecule("", 3, "ligand"), 30.0),
        (molecule(weight(0.03)) + molecule(weight(0.0006), 4, "ligand"), 32.4),
        (molecule(weight(0.03)) + molecule(weight(0.0006), None, "ligand"), 30.0),
        (molecule(weight(0.03)) + molecule("", 1, "rna"), None),
        (molecule(weight(0.03), None), None),
        (molecule(weight(0.03), "several"), None),
        (molecule(weight(0.0006), 4, "ligand"), None),
        ("", None),
    ],
)
def test_the_sum_over_molecules_needs_all_of_them(molecules: str, kda: Optional[float]) -> None:
    assert mass_of(sample(part(), molecules=molecules)) == kda


def test_molecules_that_are_not_the_whole_sample() -> None:
    """A ribosome whose proteins are not listed, and a factor bound to it."""
    factor = molecule(weight(0.04))
    assert mass_of(sample(part(lists=False), molecules=factor)) is None
    assert mass_of(sample(part(kind="virus"), molecules=factor)) is None


@pytest.mark.parametrize(
    ("group", "copies", "kda"),
    [("C1", 1, 10.0), ("C4", 4, 40.0), ("D2", 4, 40.0), ("O", 24, 240.0), ("O", 1, None),
     ("D2", 2, None), ("I", 60, 600.0), ("I", 24, None), ("I2", 1, None),
     ("c2", 1, None), ("d2", 4, 40.0)],
)  # fmt: skip
def test_an_asymmetric_unit_is_not_the_sample(
    group: str, copies: int, kda: Optional[float]
) -> None:
    symmetry = f"<applied_symmetry><point_group>{group}</point_group></applied_symmetry>"
    content = sample(part(), molecules=molecule(weight(0.01), copies))
    assert mass_of(content, processing=final("singleparticle", symmetry)) == kda


@pytest.mark.parametrize(
    ("method", "state", "kda"),
    [
        ("singleParticle", "particle", 50.0),
        ("subtomogramAveraging", "particle", 50.0),
        ("subtomogramAveraging", "cell", None),
        ("helical", "filament", None),
        ("helical", "particle", None),
        ("electronCrystallography", "twoDArray", None),
        ("tomography", "tissue", None),
        ("singleParticle", "helicalArray", None),
    ],
)
def test_a_map_of_a_piece_has_no_mass(method: str, state: str, kda: Optional[float]) -> None:
    assert mass_of(sample(part(weight(0.05))), method=method, state=state) == kda


def test_a_mass_that_the_box_cannot_hold_has_the_wrong_unit() -> None:
    """100 x 100 x 100 Å³ hold at most 1.1 MDa; 450 kDa were written as 450 MDa."""
    assert mass_of(sample(part(weight(450)))) is None
    assert mass_of(sample(part(weight(1.1)))) == 1100.0
    assert mass_of(sample(part(weight(1.2)))) is None
    unknown = MAP.replace("<x>1</x>", "")
    assert mass_of(sample(part(weight(1.2))), map=unknown) == 1200.0


def test_a_mass_that_no_sample_has() -> None:
    """Also where the box is not known, and where a sum or a product is beyond all numbers."""
    vast = "<pixel_spacing><x>1e300</x><y>1e300</y><z>1e300</z></pixel_spacing>"
    for parts, molecules in (
        (part(weight("1e308")), ""),
        (part(weight("1e308", "kDa")), ""),
        (part(weight("1e307", "kDa")), ""),
        (part(weight("9e9", "kDa") + "<number_of_copies>999999999999</number_of_copies>"), ""),
        (part(), 2 * molecule(weight("1e308", "kDa"))),
        (part(), 2 * molecule(weight("9e9", "kDa"))),
        (part(weight("1e-320", "Da")), ""),
        (part(weight("4e-4", "Da")), ""),
    ):
        content = sample(parts, molecules=molecules)
        assert mass_of(content) is None
        assert mass_of(content, map=vast) is None
