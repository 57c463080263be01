"""The CIS AWS Foundations Benchmark, by the controls of AWS Security Hub. Pure.

Source: AWS Security Hub CSPM user guide, "CIS AWS Foundations Benchmark", version 5.0.0, whose list this is.
"""

from __future__ import annotations

from operations.evidence.control import Control, Framework
from operations.evidence.foundations_of_accounts import ACCOUNT_CONTROLS
from operations.evidence.foundations_of_stacks import STACK_CONTROLS


def _in_order(control: Control) -> tuple[str, int]:
    service, _, number = control.id.partition(".")
    return service, int(number)


FOUNDATIONS = Framework(
    name="CIS AWS Foundations Benchmark v5.0.0",
    source='AWS Security Hub CSPM user guide, "CIS AWS Foundations Benchmark"',
    controls=sorted((*ACCOUNT_CONTROLS, *STACK_CONTROLS), key=_in_order),
)
