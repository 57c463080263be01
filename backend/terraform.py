"""The backend block of a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from backend.keys import state_key
from backend.s3_settings import S3Settings
from backend.settings import BackendSettings, CloudSettings, LocalSettings, S3States
from modules.assumed_role import AssumedRole
from modules.errors import ProblemsError, refusal

if TYPE_CHECKING:
    from cdktf import S3BackendAssumeRoleConfig, TerraformStack


def configure(stack: TerraformStack, name: str, settings: BackendSettings) -> None:
    """Add the backend to a stack, with the key derived from its name.

    Raises ProblemsError when `name` isn't the stack's name: another stack could then have the same key.
    """
    if stack.node.path != name:
        why = refusal(got=repr(name), allowed=repr(stack.node.path), fix="a state's key is its stack's name")
        raise ProblemsError.one("backend.configure", why)
    match settings:
        case S3States():
            _s3(stack, state_key(name), settings.of(name))
        case CloudSettings():
            _cloud(stack, name, settings)
        case LocalSettings():
            _local(stack, state_key(name), settings)
        case _:
            assert_never(settings)


# cdktf is imported when a backend is added, so that settings are read and tested without it.


def _s3(stack: TerraformStack, key: str, settings: S3Settings) -> None:
    from cdktf import S3Backend

    role = settings.assume_role
    backend = S3Backend(
        stack,
        bucket=settings.bucket,
        key=key,
        region=settings.region,
        encrypt=settings.encrypt,
        kms_key_id=settings.kms_key_id,
        dynamodb_table=settings.dynamodb_table,
        assume_role=_assume_role(role) if role else None,
    )
    # CDKTF 0.21 has no argument for it.
    backend.add_override("use_lockfile", settings.use_lockfile)


def _assume_role(role: AssumedRole) -> S3BackendAssumeRoleConfig:
    from cdktf import S3BackendAssumeRoleConfig

    return S3BackendAssumeRoleConfig(
        role_arn=role.role_arn, session_name=role.session_name, external_id=role.external_id
    )


def _cloud(stack: TerraformStack, workspace: str, settings: CloudSettings) -> None:
    from cdktf import CloudBackend, NamedCloudWorkspace

    CloudBackend(
        stack,
        organization=settings.organization,
        hostname=settings.hostname,
        workspaces=NamedCloudWorkspace(workspace, settings.project),
    )


def _local(stack: TerraformStack, key: str, settings: LocalSettings) -> None:
    from cdktf import LocalBackend

    LocalBackend(stack, path=f"{settings.directory}/{key}")
