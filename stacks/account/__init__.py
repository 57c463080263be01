"""What an AWS account has once, and once in each region, whatever is deployed to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backend import BackendSettings, s3_states
from stacks.entry import Entry

if TYPE_CHECKING:
    from constructs import Construct

    from stacks.account.settings import AccountSettings


def entries(products: Sequence[Entry], others: Sequence[str]) -> list[Entry]:
    """A stack for each account and region of `products`, the first one `account` in its first region.

    The deployers of an account deploy those of `products` that are deployed to it, and plan `others` too. An
    environment that names no account belongs to that of the stack `account`.
    """
    from stacks.account.settings import ACCOUNT_ID, account_settings

    accounts = dict.fromkeys((ACCOUNT_ID, *(one.account_id for one in products)))
    found = []
    for account_id in accounts:
        here = [one for one in products if one.account_id == account_id]
        role = next((one.role for one in here if one.role), None)
        settings = account_settings(products, account_id=account_id, role=role)
        found.append((settings, here))
    planned = (*(one.name for one in products), *others, *(name for one in found for name in _names(*one)))
    elsewhere = tuple(one for one in accounts if one and one != ACCOUNT_ID)
    return [entry for one in found for entry in _of_account(*one, planned, elsewhere)]


def _names(settings: AccountSettings, here: Sequence[Entry]) -> list[str]:
    """The names of the stacks of one account, that of its first region first."""
    from stacks.account.settings import ACCOUNT_ID, NAME

    account_id = settings.environment.account_id
    first = NAME if account_id == ACCOUNT_ID else f"{NAME}-{account_id}"
    return [first, *(f"{first}-{region}" for region in _regions(settings, here)[1:])]


def _regions(settings: AccountSettings, here: Sequence[Entry]) -> list[str]:
    used = (region for one in here for region in one.regions)
    return list(dict.fromkeys((settings.environment.region, *used)))


def _of_account(
    settings: AccountSettings, here: Sequence[Entry], planned: Sequence[str], elsewhere: Sequence[str]
) -> Iterator[Entry]:
    from stacks.account.settings import TAG_POLICY, in_region

    for name, region in zip(_names(settings, here), _regions(settings, here), strict=True):
        is_first = region == settings.environment.region
        own = settings if is_first else in_region(settings, region)
        environment = own.environment

        def build(
            scope: Construct, state: BackendSettings, name: str = name, own: AccountSettings = own
        ) -> object:
            from stacks.account.stack import AccountStack, RegionStack

            if own is not settings:
                return RegionStack(scope, name, settings=own, state=state, forbidden=elsewhere)
            return AccountStack(
                scope,
                name,
                settings=own,
                states=s3_states(),
                planned=planned,
                state=state,
                forbidden=elsewhere,
            )

        yield Entry(
            name=name,
            build=build,
            tag_policy=TAG_POLICY,
            networks=(),
            domains=(),
            role=environment.role,
            account_id=environment.allowed_account_id,
            regions=(environment.region,),
            product=environment.naming.product,
            governs=True,
        )
