"""What a development environment costs by its estimate, against the table of its specification.

Only what runs all month whatever the traffic; what is assumed of traffic has no part in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from operations.cost.estimate import estimate
from operations.cost.lines import Line, summed, together, total
from operations.cost.prices import prices
from operations.cost.specification import part_of, table_of
from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, ok, warning

_DEVELOPMENT = "dev"
_FIXES = {
    "NAT": "fewer zones for interface endpoints (endpoints= in its settings), or none: NAT reaches AWS too",
    "RDS": "a smaller instance_class=, multi_az=False, no replicas",
    "Redis": "a smaller node_type=, fewer nodes=",
}


def findings(target: Target, *, table: Mapping[str, float] | None = None) -> Iterator[Finding]:
    """A finding for each part that costs more than its table; other environments are not looked at."""
    if target.environment != _DEVELOPMENT:
        yield ok("only development environments are compared")
        return
    allowed = budget(target.stack.rpartition("-")[0]) if table is None else table
    if not allowed or target.region not in prices().regions:
        what = f"prices of {target.region}" if allowed else "table of costs in its specification"
        yield ok(f"not compared: there is no {what}")
        return
    lines = [one for one in estimate(target.stack, target.document).lines if not one.usage]
    within = []
    for part in (part for part in _FIXES if part in allowed):
        found = [one for one in lines if part_of(one, allowed) == part]
        cost, most = total(found).expected, allowed[part]
        # A price that is unknown is in no sum.
        figure = together(found).figure if any(line.unknown for line in found) else f"{cost:.0f}"
        if cost > most:
            shown = ", ".join(map(_shown, summed(found)))
            what = f"{part} costs {figure} USD a month ({shown}), its table says {most:g}"
            yield warning(what, f"{_FIXES[part]}; or change the table and say why")
        else:
            within.append(f"{part} {figure} of {most:g}")
    if within:
        yield ok(f"{', '.join(within)} USD a month; prices up to {prices().dates[1]}")


def budget(product: str) -> dict[str, float]:
    """The costs of a product's dev environment by its specification, in USD a month; empty without."""
    found = table_of(product).get(_DEVELOPMENT, {})
    return {part: most for part, (_, most) in found.items() if part in _FIXES}


def _shown(line: Line) -> str:
    return f"{line.what} {'unknown' if line.unknown else f'{line.monthly.expected:.0f}'}"
