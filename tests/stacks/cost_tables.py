"""The table of costs in a product's specification: what it says beside the estimate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from operations.cost.lines import Estimate, together
from operations.cost.prices import prices
from operations.cost.specification import REST, by_part, table_of
from tests.stacks.environments import environments

BEGIN, END = "<!-- costs -->", "<!-- end of costs -->"
# A part that differs by more than this factor has a reason below the table.
DIFFERENT = 1.15


def with_table(text: str, table: str) -> str:
    """A document with its table written anew."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{table}\n{END}{after}"


def table(product: str, estimates: Mapping[str, Estimate]) -> str:
    """The costs of each environment by part, USD a month."""
    # Those of recoveries are in docs/recovery.md.
    primaries = [name for name, one in environments(product).items() if not one.primary]
    names = [name.removeprefix(f"{product}-") for name in reversed(primaries)]
    specified = table_of(product)
    heads = [
        f"{name}: {what}"
        for name in names
        for what in (["specified", "estimate"] if specified else ["estimate"])
    ]
    lines = [f"| | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(heads)}"]
    lines += _rows(product, names, estimates)
    oldest, newest = prices().dates
    lines += ["", f"USD a month; prices of {oldest} to {newest}. Unknown and in no sum:"]
    for name in names:
        lacking = ", ".join(estimates[f"{product}-{name}"].without)
        lines.append(f"{name}: {lacking}." if lacking else f"{name}: nothing.")
    return "\n".join([*lines, ""])


def _rows(product: str, names: list[str], estimates: Mapping[str, Estimate]) -> Iterator[str]:
    specified = table_of(product)
    found = {name: estimates[f"{product}-{name}"] for name in names}
    if not specified:
        services = {service: None for one in found.values() for service in one.by(lambda line: line.service)}
        for service in services:
            usd = [
                together(one.by(lambda line: line.service).get(service, ())).figure for one in found.values()
            ]
            yield f"| {service} | {' | '.join(usd)} |"
    else:
        parts = {part: None for table in specified.values() for part in table}
        for part in (*parts, REST):
            cells = []
            for name, one in found.items():
                words = specified.get(name, {})
                lines = by_part(one.lines, words).get(part, ())
                cells += [_specified(words.get(part)), together(lines).figure]
            yield f"| {part} | {' | '.join(cells)} |"
    totals = []
    for name, one in found.items():
        if specified:
            ends = specified.get(name, {}).values()
            totals.append(_specified((sum(end[0] for end in ends), sum(end[1] for end in ends))))
        totals.append(f"**{one.together.figure}**")
    yield f"| **together** | {' | '.join(totals)} |"


def _specified(figure: tuple[float, float] | None) -> str:
    if figure is None:
        return ""
    least, most = (f"{end:,.10g}" for end in figure)
    return least if least == most else f"{least}–{most}"
