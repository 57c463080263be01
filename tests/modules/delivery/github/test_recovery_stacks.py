"""What the role that applies a recovery stack may do with its primary's secrets."""

from __future__ import annotations

from dataclasses import replace

from modules.delivery.github import applying as own
from modules.delivery.github.applying import applying
from modules.delivery.github.permissions import Place
from modules.iam.policy import Statement
from modules.resilience.recovery.key import PURPOSE
from tests.modules.delivery.github.conftest import DEV

AWAY = Place(partition="aws", account_id="123456789012", region="eu-central-1")
RECOVERY = replace(DEV, regions=("eu-central-1", "eu-west-1"), primary="shop-prod")


def statements(deployed: object = RECOVERY) -> dict[str, Statement]:
    """Those of the role, by their ids."""
    found = applying("shop-prod-recovery", deployed, AWAY)  # type: ignore[arg-type]
    return {one.sid: one for one in found if one.sid}


def test_it_reads_the_replicas_in_its_region_alone() -> None:
    reading = statements()["PrimarySecrets"]
    assert list(reading.resources) == ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-prod-*"]
    assert all(action.partition(":")[2].startswith(("Describe", "Get")) for action in reading.actions)
    decrypting = statements()["PrimaryDecryption"]
    assert list(decrypting.actions) == ["kms:Decrypt"]
    assert decrypting.conditions["ForAnyValue:StringEquals"] == {
        "kms:ResourceAliases": ["alias/shop-prod-recovery"]
    }


def test_the_key_is_that_of_the_replicas() -> None:
    assert own._RECOVERY_KEY == PURPOSE


def test_another_stack_reads_no_replica() -> None:
    assert not {"PrimarySecrets", "PrimaryDecryption"} & set(statements(DEV))


def test_a_stack_encrypts_its_copies_in_their_region() -> None:
    own_keys = statements(DEV)["Decryption"]
    regions = [one.split(":")[3] for one in own_keys.resources]
    assert regions == list(DEV.regions)
    via = own_keys.conditions["StringEquals"]["kms:ViaService"]
    assert {one.split(".")[1] for one in via} == set(DEV.regions)
