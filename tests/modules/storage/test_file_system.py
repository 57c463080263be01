"""EFS file systems as they are synthesized."""

from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any

import pytest

from modules.storage.file_system.settings import FileSystemSettings

Json = dict[str, Any]


class Shipped:
    """The JSON of a stack with two file systems, its resources by their construct path below it."""

    def __init__(self, synthesize: Callable[..., Json]) -> None:
        self._stack = synthesize(self.build)

    def build(self, stack: Any, context: Any) -> None:
        from modules.kms.key import Key
        from modules.networking.connections import Connections
        from modules.networking.network import Network
        from modules.networking.security_groups import SecurityGroups
        from modules.networking.settings import NatGateways, NetworkSettings
        from modules.storage.file_system.file_system import FileSystem

        settings = NetworkSettings(
            cidr=IPv4Network("10.0.0.0/16"), zones=("a", "b"), nat_gateways=NatGateways.NONE, flow_logs=None
        )
        network = Network(stack, "network", context=context, settings=settings)
        connections = Connections()
        connections.group("store")
        groups = SecurityGroups(stack, "firewall", context=context, network=network, connections=connections)
        key = Key(stack, "key", context=context, purpose="files", protected=False)
        for name, files in (
            ("files", FileSystemSettings(user_id=101, group_id=102, path="/store")),
            ("scratch", FileSystemSettings(user_id=1, group_id=1, backed_up=False, protected=False)),
            ("planned", FileSystemSettings(user_id=1, group_id=1, automatic_backups=False, protected=False)),
        ):
            FileSystem(
                stack,
                name,
                context=context,
                network=network,
                security_group=groups.group("store"),
                key=key,
                service="store",
                settings=files,
            )

    def named(self, kind: str) -> dict[str, Json]:
        found = self._stack["resource"].get(kind, {}).values()
        paths = ((one["//"]["metadata"]["path"].partition("/")[2], one) for one in found)
        return {path.removesuffix("/Default"): one for path, one in paths}


@pytest.fixture(scope="module")
def shipped(synthesize_module: Callable[..., Json]) -> Shipped:
    return Shipped(synthesize_module)


def test_a_file_system_is_encrypted_backed_up_and_protected(shipped: Shipped) -> None:
    files = shipped.named("aws_efs_file_system")["files"]
    assert files["encrypted"] is True
    assert files["kms_key_id"] == "${aws_kms_key.key.arn}"
    assert files["lifecycle"] == {"prevent_destroy": True}
    assert files["tags"]["BackupPolicy"] == "daily"
    assert set(shipped.named("aws_efs_backup_policy")) == {"files/backup"}
    assert shipped.named("aws_efs_backup_policy")["files/backup"]["backup_policy"] == {"status": "ENABLED"}
    # A plan selects it by the tag.
    assert shipped.named("aws_efs_file_system")["planned"]["tags"]["BackupPolicy"] == "daily"
    assert files["throughput_mode"] == "elastic"
    assert files["lifecycle_policy"] == [
        {"transition_to_ia": "AFTER_30_DAYS"},
        {"transition_to_primary_storage_class": "AFTER_1_ACCESS"},
    ]
    assert "lifecycle" not in shipped.named("aws_efs_file_system")["scratch"]
    targets = shipped.named("aws_efs_mount_target")
    assert {path for path in targets if path.startswith("files/")} == {"files/mount-a", "files/mount-b"}
    assert all("private" in target["subnet_id"] for target in targets.values())
    assert all("firewall_store" in target["security_groups"][0] for target in targets.values())


def test_a_file_system_is_reached_by_tls_and_through_its_access_point_alone(shipped: Shipped) -> None:
    point = shipped.named("aws_efs_access_point")["files/access-point"]
    assert point["posix_user"] == {"uid": 101, "gid": 102}
    assert point["root_directory"]["path"] == "/store"
    created = point["root_directory"]["creation_info"]
    assert created == {"owner_uid": 101, "owner_gid": 102, "permissions": "750"}
    policy = json.loads(shipped.named("aws_efs_file_system_policy")["files/policy"]["policy"])
    assert {one["Effect"] for one in policy["Statement"]} == {"Deny"}
    tls, past = policy["Statement"]
    assert (tls["Sid"], past["Sid"]) == ("TlsOnly", "AccessPointOnly")
    assert (tls["Action"], tls["Principal"]) == (["*"], {"AWS": "*"})
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert "access-point" in past["Condition"]["StringNotEquals"]["elasticfilesystem:AccessPointArn"]
    assert "elasticfilesystem:ClientRootAccess" in past["Action"]
