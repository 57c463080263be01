"""Every check of an account, at the same time, in the order of the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from modules.errors import ProblemsError
from operations.doctor.account import (
    costs,
    identity,
    name_servers,
    offered,
    permissions,
    quotas,
    service_roles,
    subscriptions,
    versions,
)
from operations.doctor.account.target import Target
from operations.doctor.deployment import SIGN_IN
from operations.doctor.findings import Finding, missing, warning


@dataclass(frozen=True, kw_only=True)
class AccountCheck:
    """A check of an account, or of the stack's JSON alone: `offline`."""

    examine: Callable[[Target], Iterator[Finding]]
    offline: bool = False


CHECKS: dict[str, AccountCheck] = {
    "account": AccountCheck(examine=identity.findings),
    "state permissions": AccountCheck(examine=permissions.findings),
    "quotas": AccountCheck(examine=quotas.findings),
    "region": AccountCheck(examine=offered.findings),
    "service-linked roles": AccountCheck(examine=service_roles.findings),
    "name servers": AccountCheck(examine=name_servers.findings),
    "subscriptions": AccountCheck(examine=subscriptions.findings),
    "versions": AccountCheck(examine=versions.findings, offline=True),
    "costs": AccountCheck(examine=costs.findings, offline=True),
}


def account_findings(stack: str, synthesized: Callable[[str], dict[str, object]]) -> list[Finding]:
    """Everything that is found about a stack's account. Every failure is a finding, never an exception."""
    from botocore.exceptions import BotoCoreError

    from backend.sessions import session as assumed

    try:
        document = synthesized(stack)
    except ProblemsError as error:
        found = missing(f"{stack} can't be synthesized: {error}", "fix its settings, or INFRA_BACKEND")
        return [replace(found, check="stack")]
    target = Target(stack=stack, document=document, session=None)
    try:
        if assumed(None).get_credentials():
            target = replace(target, session=assumed(target.role))
    except BotoCoreError:
        pass  # without a session, each check says that there are no credentials
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        listed = pool.map(lambda name: _named(name, CHECKS[name], target), CHECKS)
        return [finding for found in listed for finding in found]


def _named(name: str, check: AccountCheck, target: Target) -> list[Finding]:
    if target.session is None and not check.offline:
        return [replace(missing("not checked: no AWS credentials", SIGN_IN), check=name)]
    return [replace(finding, check=name) for finding in _examined(check, target)]


def _examined(check: AccountCheck, target: Target) -> list[Finding]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return list(check.examine(target))
    except ClientError as error:
        code, operation = error.response["Error"]["Code"], error.operation_name
        fix = f"sign in with a role that may call {operation}, or look at the console yourself"
        return [warning(f"not checked: AWS answers {code} to {operation}", fix)]
    except BotoCoreError as error:
        return [warning(f"not checked: {str(error).partition(chr(10))[0]}", "fix the connection")]
    except Exception as error:  # noqa: BLE001 - whatever is broken, the other checks are shown
        reason = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        return [warning(f"not checked ({reason})", "report it: this is a fault of the check")]
