"""Print the page on the checks from the description of the level and the table of its rules.

python docs/make_checks.py > docs/checks.rst
"""

from __future__ import annotations

from typing import Iterator, List

from vrs.checks.level import LEVEL0, CheckInfo
from vrs.checks.rule import SERVICE, Criterion
from vrs.level0.criteria import criteria_of

INTRODUCTION = f"""\
{LEVEL0.title}: the checks and their rules

Evidence: {LEVEL0.evidence}. {LEVEL0.limits}

A check whose rules all hold has the status *OK*; every broken rule is a warning. A check that is
not made for the map *does not apply*, and one that was tried in vain *could not be measured*;
neither counts in the score, which is the number of checks with status OK of those evaluated. What
the published rules do not say stands in the report as remarks, which never change the score. Every
warning of the report ends with the advice that stands here beside its rule.

Where no other source is named, a rule is that of {SERVICE}."""


def page() -> Iterator[str]:
    """The lines of the page."""
    title, text = INTRODUCTION.split("\n", 1)
    yield ".. Made by docs/make_checks.py: change the table of rules, not this page."
    yield ""
    yield from heading(title, "=")
    yield text.strip()
    for info in LEVEL0.checks:
        yield ""
        yield from section(info)


def section(info: CheckInfo) -> Iterator[str]:
    """Explanation and rules of one check."""
    criteria = criteria_of(info.id, alternatives=True)
    yield from heading(f"{info.id} {info.title}", "-")
    yield info.explanation
    yield from rules("It applies if", [rule for rule in criteria if not rule.scored])
    yield from rules("A warning unless", [rule for rule in criteria if rule.scored])


def rules(introduction: str, criteria: List[Criterion]) -> Iterator[str]:
    """A list of rules with their reasons."""
    if criteria:
        yield from ("", f"{introduction}:")
    for rule in criteria:
        yield ""
        instead = f", if chosen instead of ``{rule.alternative_to}``" if rule.alternative_to else ""
        yield f"* {rule.text} (``{rule.id}``{instead})."
        source = "" if rule.source == SERVICE else f" Source: {rule.source}."
        yield f"  {sentence(rule.reason)}{source}"
        if rule.advice_below:
            low, high = (f"{limit:g} {rule.unit}".strip() for limit in rule.limits)
            yield from ("", f"  *What to do above {high}:* {rule.advice}")
            yield from ("", f"  *What to do below {low}:* {rule.advice_below}")
        elif rule.advice:
            yield from ("", f"  *What to do:* {rule.advice}")


def heading(text: str, line: str) -> List[str]:
    """An underlined heading."""
    return [text, line * len(text), ""]


def sentence(text: str) -> str:
    """The text as a sentence of its own."""
    return f"{text[0].upper()}{text[1:]}."


if __name__ == "__main__":
    print("\n".join(page()))
