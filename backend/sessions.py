"""Sessions of boto3, with the role that Terraform would assume."""

from __future__ import annotations

from functools import cache
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

    own = Session(botocore_session=_reading_once(), region_name=region)
    if role is None:
        return own
    # STS answers in every region; the role is global.
    sts = own.client("sts", region_name=own.region_name or GLOBAL_REGION)
    names = {"role_arn": "RoleArn", "session_name": "RoleSessionName", "external_id": "ExternalId"}
    asked = {names[name]: value for name, value in role.arguments.items()}
    assumed = _reading_once()
    assumed._credentials = DeferredRefreshableCredentials(  # noqa: SLF001 - botocore has no setter
        refresh_using=create_assume_role_refresher(sts, asked), method="sts-assume-role"
    )
    return Session(botocore_session=assumed, region_name=own.region_name)


def _reading_once() -> Any:
    """A session of botocore that has what others of this process read of botocore's own files.

    A session reads them for its first client of a service: a tenth of a second of CPU.
    """
    from botocore.session import get_session

    made = get_session()
    loader = _loader(made.get_config_variable("data_path"))
    # Every session of boto3 adds boto3's own directory.
    loader.search_paths[:] = dict.fromkeys(loader.search_paths)
    made.register_component("data_loader", loader)
    return made


@cache
def _loader(data_path: str | None) -> Any:
    from botocore.loaders import create_loader

    return create_loader(data_path)
