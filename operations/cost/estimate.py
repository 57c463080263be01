"""The estimate of a stack's costs, which every command, check and document uses."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from operations.cost.lines import Estimate, lines_of, not_assumed
from operations.cost.prices import Prices, prices
from operations.cost.services import FREE, PRICED
from operations.cost.usage import Usage, usage
from operations.cost.view import View

_AWS = "aws_"


def estimate(
    stack: str,
    document: Mapping[str, Any],
    *,
    paused: bool = False,
    assumed: Usage | None = None,
    priced_by: Prices | None = None,
) -> Estimate:
    """What a stack costs in a month of 730 hours, by its JSON, the price file and the usage of its product.

    `assumed` and `priced_by` replace the latter two. Raises ProblemsError for a wrong usage file.
    """
    view = View(
        stack=stack,
        document=document,
        prices=priced_by or prices(),
        usage=assumed or usage(stack) or Usage(),
        paused=paused,
    )
    known = {*FREE, *chain.from_iterable(PRICED.values())}
    items = [item for of in PRICED for item in of(view)]
    return Estimate(
        stack=stack,
        region=view.region,
        paused=paused,
        lines=lines_of(items),
        unpriced=tuple(kind for kind in view.kinds if kind.startswith(_AWS) and kind not in known),
        # While a stack is paused nothing passes.
        not_assumed=() if paused else not_assumed(items),
    )
