"""Sessions of boto3, with the role that Terraform would assume."""

from __future__ import annotations

from typing import Any

from modules.assumed_role import AssumedRole
from modules.regions import GLOBAL_REGION


def session(role: AssumedRole | None, region: str | None = None) -> Any:
    """A session of the environment's credentials, or of a role that they assume anew before each expiry.

    Nothing is asked of AWS before the first request.
    """
    # Imported here: the import takes a third of a second, which commands without AWS need not spend.
    from boto3.session import Session
    from botocore.credentials import DeferredRefreshableCredentials, create_assume_role_refresher
    from botocore.session import get_session

    own = Session(region_name=region)
    if role is None:
        return own
    # STS answers in every region; the role is global.
    sts = own.client("sts", region_name=own.region_name or GLOBAL_REGION)
    names = {"role_arn": "RoleArn", "session_name": "RoleSessionName", "external_id": "ExternalId"}
    asked = {names[name]: value for name, value in role.arguments.items()}
    assumed = get_session()
    assumed._credentials = DeferredRefreshableCredentials(  # noqa: SLF001 - botocore has no setter
        refresh_using=create_assume_role_refresher(sts, asked), method="sts-assume-role"
    )
    return Session(botocore_session=assumed, region_name=own.region_name)
