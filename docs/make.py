"""Write everything that lists the checks or the findings: ``python docs/make.py``.

These are the pages on the checks and on the findings, the table in README, and for Scipion the tree
of protocols and the template of the workflow. With ``--check`` nothing is written; the names of
outdated files are printed, and the exit status is 1 if there are any.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

from vrs.checks.check import Check
from vrs.checks.level import Level
from vrs.checks.rule import Rule
from vrs.level0.service import SERVICE
from vrs.levels import LEVELS
from vrs.maps.printing import entered
from vrs.report.text.findings import KINDS
from vrs.report.text.findings.kind import Kind
from vrs.run.environment import prepare_scipion

ROOT = Path(__file__).resolve().parents[1]

BEGIN, END = ".. table of the checks: made by docs/make.py", ".. end of the table of the checks"

INTRODUCTION = f"""\
A check whose rules all hold has the status *OK*; every broken rule is a warning. A check that is
not made for the map *does not apply*, and one that failed *could not be measured*; neither counts
in the score, which is the number of checks with status OK of those evaluated. What the published
rules do not cover is a remark in the report; remarks never change the score. Every warning of the
report ends with the advice that stands here beside its rule.

Where no other source is named, a rule is that of {SERVICE}."""


FINDINGS = """\
A finding says what is the matter with a map, from its measurements alone, and what to do. Findings
are never scored. *Serious* changes how the map is used or what is claimed from it, *caution* asks
for a check before use, a *note* is a property of the map and no fault. The overall line counts the
serious findings, or else the cautions; a finding that another one causes is not counted. Each
threshold stands here once, with what it was chosen on; the *independent suite* is both sets of
simulated maps on `the page of the evidence <evidence.rst>`_, which says how often each finding is
right. Those that begin with *entry* compare the header of an EMDB entry with the map file, within
the rounding of headers, and need no measurement."""


def findings_page(kinds: Sequence[Kind]) -> str:
    """The page on the findings and their thresholds."""
    lines = [".. Made by docs/make.py: change the findings, not this page.", ""]
    lines += [*heading("The findings", "="), FINDINGS, ""]
    for kind in kinds:
        lines += heading(f"{kind.id}", "-")
        lines += [f"{kind.title}: {' or '.join(kind.severities)}. Version {kind.version}.", ""]
        if kind.reads:
            read = (f"``{ground.measurement}`` ({ground.check})" for ground in kind.reads)
            lines += [f"Reads {', '.join(read)}.", ""]
        for threshold in kind.thresholds:
            value = f"{entered(threshold.value)} {threshold.unit}".strip()
            lines.append(f"* {threshold.what} {value} (version {threshold.version}).")
            lines.append(f"  Source: {threshold.source}.")
        lines += [""] if kind.thresholds else []
        if kind.causes:
            names = ", ".join(f"``{cause}``" for cause in kind.causes)
            lines += [f"Not counted beside {names}.", ""]
        if kind.unless:
            names = ", ".join(f"``{other}``" for other in kind.unless)
            lines += [f"Not reported beside {names}.", ""]
    return "\n".join(lines).rstrip() + "\n"


def checks_page(levels: Sequence[Level]) -> str:
    """The page on the checks and their rules."""
    lines = [".. Made by docs/make.py: change the rules, not this page.", ""]
    lines += [*heading("The checks and their rules", "="), INTRODUCTION, ""]
    for level in levels:
        lines += heading(level.title, "-")
        lines += [f"Data: {level.data}. {level.limits}", ""]
        for check in level.checks:
            lines += section(check)
        for kind in level.evidence:
            lines += section(kind)
    return "\n".join(lines).rstrip() + "\n"


def section(check: Check) -> Iterator[str]:
    """Explanation and rules of one check."""
    yield from heading(check.heading, "~")
    yield from (check.explanation, "")
    yield from (f"Needs: {', '.join(('map', *(need.value for need in check.needs)))}.", "")
    yield from rules("It applies if", [rule for rule in check.rules if not rule.scored])
    yield from rules("A warning unless", [rule for rule in check.rules if rule.scored])


def rules(introduction: str, listed: List[Rule]) -> Iterator[str]:
    """A list of rules with their reasons."""
    if listed:
        yield from (f"{introduction}:", "")
    for rule in listed:
        instead = f", if chosen instead of ``{rule.alternative_to}``" if rule.alternative_to else ""
        yield f"* {rule.text} (``{rule.id}``{instead})."
        source = "" if rule.source in ("", SERVICE) else f" Source: {rule.source}."
        yield f"  {rule.reason[0].upper()}{rule.reason[1:]}.{source}"
        if rule.advice_below:
            low, high = (f"{limit:g} {rule.unit}".strip() for limit in rule.limits)
            yield from ("", f"  *What to do above {high}:* {rule.advice}")
            yield from ("", f"  *What to do below {low}:* {rule.advice_below}")
        elif rule.advice:
            yield from ("", f"  *What to do:* {rule.advice}")
        yield ""


def heading(text: str, line: str) -> List[str]:
    """An underlined heading."""
    return [text, line * len(text), ""]


def readme(text: str, levels: Sequence[Level]) -> str:
    """README with the table of the checks: identifier, title, and the question it answers."""
    before, rest = text.split(BEGIN)
    rows = [
        (check.id, check.title, question(protocols()[check.id]))
        for level in levels
        for check in level.checks
    ]
    widths = [max(map(len, column)) for column in zip(*rows)]
    line = "  ".join("=" * width for width in widths)
    table = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    block = "\n".join([BEGIN, "", line, *table, line, "", ""])
    return before + block + rest[rest.index(END) :]


def protocols_conf(levels: Sequence[Level]) -> str:
    """The tree of protocols in Scipion's window: in a view of its own, and among the others."""

    def protocol(name: str, text: str) -> Dict[str, Any]:
        return {"tag": "protocol", "value": name, "text": text}

    groups = [
        {
            "tag": "protocol_group",
            "text": f"Level {level.id} ({level.data})",
            "openItem": "True",
            "children": [
                protocol(protocols()[check.id].__name__, protocols()[check.id]._label)
                for check in (*level.checks, *level.evidence)
            ],
        }
        for level in levels
    ]
    children = [
        protocol("VrsProtImportMap", "import map"),
        protocol("VrsProtPrepare", "prepare map"),
        *groups,
        protocol("VrsProtReport", "validation report"),
        protocol("VrsProtCompare", "compare reports"),
    ]
    lines = ["[PROTOCOLS]"]
    for view, is_open in (("Map validation (VRS)", "True"), ("Protocols SPA", "False")):
        tree = [
            {
                "tag": "section",
                "text": "Map validation (VRS)",
                "openItem": is_open,
                "children": children,
            }
        ]
        # One line for each item; the lines of a value are indented.
        lines.append(f"{view} = " + re.sub(r' ?({"tag")', r"\n  \1", json.dumps(tree)))
    return "\n".join(lines) + "\n"


def protocols() -> Dict[str, Any]:
    """The protocol of each check and of the evidence, by the identifier."""
    from vrs.run.template import protocol_classes

    return protocol_classes()


def question(protocol: Any) -> str:
    """What a check asks: the first line of the documentation of its protocol."""
    return str(protocol.__doc__).splitlines()[0].split(maxsplit=1)[1]


def files() -> Dict[Path, str]:
    """All files with what they should hold."""
    from vrs.run.template import template

    text = (ROOT / "README.rst").read_text(encoding="utf-8")
    return {
        ROOT / "docs" / "checks.rst": checks_page(LEVELS),
        ROOT / "docs" / "findings.rst": findings_page(KINDS),
        ROOT / "README.rst": readme(text, LEVELS),
        ROOT / "vrs" / "protocols.conf": protocols_conf(LEVELS),
        ROOT / "vrs" / "templates" / "level0.json.template": template(LEVELS[:1]),
    }


def main() -> int:
    """Write or compare the files."""
    # Scipion reads the environment when it is imported.
    prepare_scipion()
    outdated = {
        path: text for path, text in files().items() if path.read_text(encoding="utf-8") != text
    }
    for path, text in outdated.items():
        print(path.relative_to(ROOT))
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    return 1 if outdated and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
