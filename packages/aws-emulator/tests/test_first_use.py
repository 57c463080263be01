"""AWS's own policies and images are there for who asks, anew after each reset, and made for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import AmiBackend
from moto.iam.models import IAMBackend

from aws_emulator import Emulator
from aws_emulator.first_use import make_at_first_use

ACCOUNT, REGION = "123456789012", "eu-west-1"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@pytest.fixture
def _patched(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto as the emulator has it; put back afterwards."""
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    for name in ("_init_aws_policies", "_init_managed_policies"):
        monkeypatch.setattr(IAMBackend, name, getattr(IAMBackend, name))
    monkeypatch.setattr(AmiBackend, "_load_amis", AmiBackend._load_amis)
    for kind, name in (
        (IAMBackend, "aws_managed_policies"),
        (IAMBackend, "managed_policies"),
        (AmiBackend, "amis"),
    ):
        monkeypatch.setattr(kind, name, None, raising=False)
    make_at_first_use()


@pytest.mark.usefixtures("_patched")
@pytest.mark.parametrize(
    ("kind", "place", "name", "held"),
    [
        (IAMBackend, "aws", "managed_policies", READ_ONLY),
        (EC2Backend, REGION, "amis", "ami-03cf127a"),
    ],
)
def test_they_are_made_when_they_are_asked_for_and_again_after_a_reset(
    kind: Any, place: str, name: str, held: str
) -> None:
    backend = kind(place, ACCOUNT)
    for _ in range(2):
        assert name not in vars(backend)
        found = getattr(backend, name)
        assert held in found
        assert getattr(backend, name) is found
        backend.reset()


def test_a_reset_takes_what_was_made_of_them(emulator: Emulator) -> None:
    iam, ec2 = emulator.client("iam", REGION), emulator.client("ec2", REGION)
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument="{}")
    iam.attach_role_policy(RoleName="reader", PolicyArn=READ_ONLY)
    assert iam.get_policy(PolicyArn=READ_ONLY)["Policy"]["AttachmentCount"] == 1
    images = [one["ImageId"] for one in ec2.describe_images(Owners=["amazon"])["Images"]]
    ec2.deregister_image(ImageId=images[0])
    emulator.reset()
    assert iam.get_policy(PolicyArn=READ_ONLY)["Policy"]["AttachmentCount"] == 0
    assert images == [one["ImageId"] for one in ec2.describe_images(Owners=["amazon"])["Images"]]
