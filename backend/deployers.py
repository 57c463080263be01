"""What the deployers of GitHub Actions may do with states. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from backend.keys import digest_item, lock_item, lock_key, state_key
from backend.policies import of_items, state_statements
from backend.s3_settings import S3Settings
from modules.iam.policy import Statement
from modules.regions import endpoint


class StateAccess:
    """Statements about the states of one `*.s3.tfbackend` file, whose key is known by its alias alone.

    `name`: what the ids of its statements end with, which differ where a policy has those of several files.
    """

    def __init__(self, settings: S3Settings, *, partition: str, account_id: str, name: str = "") -> None:
        self._settings, self._partition, self._name = settings, partition, name
        self._bucket = f"arn:{partition}:s3:::{settings.bucket}"
        self._place = f"{settings.region}:{account_id}"
        table = settings.dynamodb_table
        self._table = f"arn:{partition}:dynamodb:{self._place}:table/{table}" if table else None

    def reading(self, stacks: Sequence[str]) -> list[Statement]:
        """Read the states of stacks, and the digests that Terraform compares them with; no lock."""
        return self._reading(stacks, self._encryption("kms:Decrypt"))

    def _reading(self, stacks: Sequence[str], encryption: Statement) -> list[Statement]:
        keys = [state_key(stack) for stack in stacks]
        found = [
            Statement(sid=f"ListStates{self._name}", actions=["s3:ListBucket"], resources=[self._bucket]),
            Statement(
                sid=f"ReadStates{self._name}",
                actions=["s3:GetObject"],
                resources=[f"{self._bucket}/{key}" for key in keys],
            ),
            encryption,
        ]
        if self._table:
            items = [digest_item(self._settings.bucket, key) for key in keys]
            found.append(self._items(f"ReadDigests{self._name}", ["dynamodb:GetItem"], items))
        return found

    def locking(self, stack: str) -> list[Statement]:
        """Read the state of a stack, and hold its locks, so that nothing else changes the stack meanwhile."""
        key = state_key(stack)
        lock = f"{self._bucket}/{lock_key(key)}"
        objects = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        encryption = self._encryption("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")
        found = [
            *self._reading([stack], encryption),
            Statement(sid="LockFile", actions=objects, resources=[lock]),
        ]
        if self._table:
            actions = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"]
            found.append(self._items("LockItem", actions, [lock_item(self._settings.bucket, key)]))
        return found

    def writing(self, stack: str) -> list[Statement]:
        """What the policy of the stack's state allows, with the key by its alias."""
        encryption = self._encryption("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")
        return [
            *state_statements(
                state_key(stack), self._settings, bucket_arn=self._bucket, table_arn=self._table
            ),
            encryption,
        ]

    def _items(self, sid: str, actions: list[str], items: list[str]) -> Statement:
        return Statement(
            sid=sid,
            actions=actions,
            resources=[str(self._table)],
            conditions=of_items(items),
        )

    def _encryption(self, *actions: str) -> Statement:
        services = [endpoint(service, self._settings.region) for service in ("s3", "dynamodb")]
        return Statement(
            sid=f"StatesKey{self._name}",
            actions=actions,
            resources=[f"arn:{self._partition}:kms:{self._place}:key/*"],
            conditions={
                "StringEquals": {"kms:ViaService": services},
                # KMS developer guide, "kms:ResourceAliases": several keys, hence the set operator.
                "ForAnyValue:StringEquals": {"kms:ResourceAliases": str(self._settings.kms_key_id)},
            },
        )
