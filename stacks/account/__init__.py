"""What an AWS account has once, whatever is deployed to it: who may deploy from GitHub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backend import BackendSettings, s3_states
from stacks.entry import Entry

if TYPE_CHECKING:
    from constructs import Construct


def entry(products: Sequence[Entry], others: Sequence[str]) -> Entry:
    """The entry of the stack account, whose deployers deploy `products`, and plan `others` too."""
    from stacks.account.settings import NAME, TAG_POLICY, account_settings

    settings = account_settings(products)
    environment = settings.environment

    def build(scope: Construct, state: BackendSettings) -> object:
        from stacks.account.stack import AccountStack

        names = (*(product.name for product in products), *others, NAME)
        return AccountStack(scope, settings=settings, states=s3_states(), planned=names, state=state)

    return Entry(
        name=NAME,
        build=build,
        tag_policy=TAG_POLICY,
        networks=(),
        domains=(),
        role=environment.role,
        account_id=environment.allowed_account_id,
        regions=(environment.region,),
        product=environment.naming.product,
    )
