"""Estimates for people (a table, Markdown) and for programs (JSON, CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from rich.console import Console
from rich.padding import Padding

from operations.console import say, say_wrapped, table
from operations.cost.changes import Change
from operations.cost.lines import Amount, Estimate, Line, Total, summed, together
from operations.cost.prices import HOURS, prices
from operations.cost.refresh import price_as_dict
from operations.cost.usage import missing, none_of

_GROUPS: dict[str, Callable[[Line], str]] = {
    "service": lambda line: line.service,
    "module": lambda line: line.module or "the stack",
}
_COLUMNS = (
    "stack",
    "service",
    "module",
    "what",
    "amount",
    "unit",
    "unit price",
    "USD a month",
    "least",
    "most",
    "region",
    "assumed",
    "date",
    "SKU",
    "source",
)
_UNIT = 15  # columns at the terminal
_FINDS = "infra prices --refresh reads those that AWS's list has."
_NOT_COUNTED = "Free tiers, taxes, discounts and commitments are not counted."


def print_estimate(console: Console, found: Estimate, *, by: str) -> None:
    """Print the lines in groups, and the total with what it lacks."""
    shown = table(title=f"\n{_title(found)}")
    shown.add_column(by, overflow="fold")
    shown.add_column("amount", justify="right", no_wrap=True)
    shown.add_column("", overflow="fold", max_width=_UNIT)
    for name in ("unit price", "USD a month"):
        shown.add_column(name, justify="right", no_wrap=True)
    for group, lines in found.by(_GROUPS[by]).items():
        shown.add_row(group, "", "", "", together(lines).figure, style="bold")
        for line in summed(lines):
            what, *cells = _shown(line, found.region, with_service=by == "module")
            shown.add_row(Padding(what, (0, 0, 0, 2)), *cells)
    console.print(shown)
    say(console, _together(found))
    _print_rest(console, found)
    say(console, "Date and source of each price: infra prices")


def _print_rest(console: Console, found: Estimate) -> None:
    """Print what the total lacks, which can be long, and what it rests on."""
    if found.without:
        say_wrapped(console, _without(found))
        say(console, _FINDS)
    for text in _rests_on(found):
        say_wrapped(console, text)


def _shown(line: Line, region: str, *, with_service: bool) -> tuple[str, ...]:
    """The cells of a line; its region is named where it is not the stack's. It fits 80 columns."""
    elsewhere = f", {line.price.region}" if line.price.region != region else ""
    assumed = ", assumed" if line.usage else ""
    return (
        f"{f'{line.service}: ' if with_service else ''}{line.what}{elsewhere}{assumed}",
        _number(line.amount.expected),
        line.price.product.unit,
        _price(line),
        "unknown" if line.unknown else f"{line.monthly.expected:,.2f}",
    )


def print_changes(
    console: Console, commit: str, then: Estimate | None, now: Estimate, found: list[Change]
) -> None:
    """Print what changed since a commit."""
    if not found:
        say(console, f"{now.stack}, as at {commit[:8]}: {now.together}")
        return
    shown = table("service", "module", "", title=f"\n{_title(now)}, against {commit[:8]}")
    for name in ("before", "now", "difference"):
        shown.add_column(name, justify="right")
    for one in found:
        shown.add_row(*_cells(one))
    console.print(shown)
    say(console, f"Together {_before(then)} → {now.together}")
    _print_rest(console, now)


def _before(then: Estimate | None) -> str:
    return then.together.figure if then else "0.00"


def _cells(one: Change) -> tuple[str, str, str, str, str, str]:
    names = (one.line.service, one.line.module, one.line.what)
    if one.line.unknown:
        before, now = (_number(line.amount.expected) if line else "0" for line in (one.before, one.after))
        return (*names, before, now, "unknown")
    before, now = (f"{line.monthly.expected:,.2f}" if line else "" for line in (one.before, one.after))
    return (*names, before, now, f"{one.usd:+,.2f}")


def _title(found: Estimate) -> str:
    state = " while it is paused" if found.paused else ""
    return f"{found.stack}{state} in {found.region}: USD a month of {HOURS} hours"


def _together(found: Estimate) -> str:
    return f"Together {found.together}{_range(found.together)}."


def _range(total: Total) -> str:
    least, most = total.usd.least, total.usd.most
    if most - least < 1:
        return ""
    known = "what is known is " if total.unknown else ""
    return f"; {known}from {least:,.0f} to {most:,.0f}, by how much is used"


def _without(found: Estimate) -> str:
    return f"Without, since their prices are unknown: {', '.join(found.without)}."


def _rests_on(found: Estimate) -> list[str]:
    """The prices, and the assumptions that there are none of."""
    oldest, newest = prices().dates
    texts = [f"Prices of {oldest} to {newest}. {_NOT_COUNTED}"]
    if without_usage := missing(found.stack):
        texts.append(without_usage)
    elif found.not_assumed:
        texts.append(none_of(found.stack, found.not_assumed))
    return texts


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _price(line: Line) -> str:
    return "" if line.unknown else f"{line.price.usd:.10f}".rstrip("0").rstrip(".")


def as_dict(found: Estimate) -> dict[str, object]:
    """An estimate for programs."""
    return {
        "stack": found.stack,
        "region": found.region,
        "paused": found.paused,
        "hours": HOURS,
        "currency": "USD",
        "total": _amount(found.total),
        "prices": _prices(found.together),
        "without": list(found.without),
        "not_assumed": list(found.not_assumed),
        "lines": [_line(one) for one in found.lines],
    }


def _line(line: Line) -> dict[str, object]:
    return {
        "service": line.service,
        "module": line.module,
        "region": line.price.region,
        "assumed": line.usage,
        "amount": _amount(line.amount),
        "monthly": None if line.unknown else _amount(line.monthly),
        "price": price_as_dict(line.price),
    }


def _prices(total: Total) -> dict[str, int]:
    return {"all": total.prices, "unknown": total.unknown}


def _amount(amount: Amount) -> dict[str, float]:
    return {name: round(getattr(amount, name), 6) for name in ("least", "expected", "most")}


def changes_as_dict(then: Estimate | None, now: Estimate, found: list[Change]) -> dict[str, object]:
    """What changed in a stack, for programs."""
    return {
        "stack": now.stack,
        "before": _amount(then.total) if then else None,
        "now": _amount(now.total),
        "prices": _prices(now.together),
        "without": list(now.without),
        "changes": [
            {
                "before": one.before and _line(one.before),
                "now": one.after and _line(one.after),
                "difference": round(one.usd, 6),
            }
            for one in found
        ],
    }


def as_csv(found: Iterable[Estimate]) -> str:
    """The lines of estimates as CSV."""
    return _csv(_COLUMNS, (_row(one, line) for one in found for line in one.lines))


def changes_as_csv(found: Iterable[tuple[Estimate, list[Change]]]) -> str:
    """The changes of estimates as CSV."""
    columns = ("stack", "service", "module", "what", "before", "now", "difference")
    return _csv(columns, ((now.stack, *_cells(one)) for now, changed in found for one in changed))


def _csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return written.getvalue()


def _row(found: Estimate, line: Line) -> tuple[object, ...]:
    figure, monthly = line.price.figure, line.monthly
    usd = [f"{getattr(monthly, name):.2f}" for name in ("expected", "least", "most")]
    return (
        found.stack,
        line.service,
        line.module,
        line.what,
        round(line.amount.expected, 6),
        line.price.product.unit,
        _price(line),
        *(["", "", ""] if line.unknown else usd),
        line.price.region,
        line.usage,
        figure.date if figure else "",
        figure.sku if figure else "",
        figure.source if figure else "",
    )


def as_markdown(found: Estimate, *, by: str) -> str:
    """An estimate as a table of groups, with its total."""
    rows = [f"| {group} | {together(lines).figure} |" for group, lines in found.by(_GROUPS[by]).items()]
    lines = [f"#### {_title(found)}", "", f"| {by} | USD a month |", "| --- | ---: |", *rows, ""]
    ending = [_together(found), *([_without(found), _FINDS] if found.without else []), *_rests_on(found)]
    return "\n".join([*lines, *ending, ""])


def changes_as_markdown(commit: str, changed: list[tuple[Estimate | None, Estimate, list[Change]]]) -> str:
    """What changed in stacks, as a comment of a pull request has it."""
    lines = [
        f"### Costs, USD a month of {HOURS} hours, against {commit[:8]}",
        "",
        "| stack | before | now | difference |",
        "| --- | ---: | ---: | ---: |",
    ]
    for then, now, found in changed:
        difference = now.total.expected - (then.total.expected if then else 0.0)
        unknown = " and what is unknown" if any(one.line.unknown for one in found) else ""
        lines.append(
            f"| {now.stack} | {_before(then)} | {now.together.figure} | {difference:+,.2f}{unknown} |"
        )
    for _, now, found in changed:
        lines += _details(now, found)
    without = sorted({name for _, now, _ in changed for name in now.without})
    if without:
        lines += ["", f"Without: {', '.join(without)}: their prices are unknown."]
    lines += ["", _NOT_COUNTED, ""]
    return "\n".join(lines)


def _details(now: Estimate, found: list[Change]) -> Iterator[str]:
    if found:
        yield ""
        yield f"<details><summary>{now.stack}: what changed</summary>"
        yield ""
        yield "| service | module | | before | now | difference |"
        yield "| --- | --- | --- | ---: | ---: | ---: |"
        for one in found:
            yield f"| {' | '.join(_cells(one))} |"
        yield ""
        yield "</details>"
