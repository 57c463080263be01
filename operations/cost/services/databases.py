"""RDS, Aurora, ElastiCache, DynamoDB, EFS and their backups."""

from __future__ import annotations

from collections.abc import Iterator

from modules.terraform_json import blocks
from operations.cost.lines import Amount, Item
from operations.cost.prices import HOURS
from operations.cost.view import Resource, View

_SERVERLESS = "db.serverless"
# Amazon Aurora user guide, "Performance and scaling for Aurora Serverless v2": in steps of half a unit.
_LEAST_AWAKE = 0.5
_ENGINE = "postgres"
# Hours that a restore takes, assumed: RDS charges an instance from its beginning.
_RESTORING = 1


def instances(view: View) -> Iterator[Item]:
    """Instances of RDS with their storage. One that is stopped pays for storage alone."""
    for one in view.resources("aws_db_instance").values():
        origin = view.referred(one.body.get("replicate_source_db"), "aws_db_instance") or one
        engine = str(origin.body.get("engine", _ENGINE))
        zones = "multi" if one.body.get("multi_az") else "single"
        if not (view.paused and _stops(view, one)):
            key = f"rds-{engine}-{one.body.get('instance_class')}-{zones}"
            yield view.item("RDS", one, key, HOURS)
        kind = one.body.get("storage_type", "gp2")
        # A copy has at least what it is a copy of.
        size = one.number("allocated_storage") or origin.number("allocated_storage")
        storage = Amount(least=size, expected=size, most=max(size, one.number("max_allocated_storage")))
        yield view.item("RDS", one, f"rds-{engine}-{kind}-{zones}", storage)
    for one in view.one("aws_db_instance"):
        backups = view.usage.stored.database_backup_gb
        yield view.item("RDS", one, "rds-backup-gb", backups, usage=True)


def _stops(view: View, instance: Resource) -> bool:
    """Whether a pause stops it: RDS stops neither a copy nor what has copies (Amazon RDS user guide)."""
    copies = [one for one in view.resources("aws_db_instance").values() if "replicate_source_db" in one.body]
    named = f"aws_db_instance.{instance.name}."
    return instance not in copies and not any(named in str(one.body["replicate_source_db"]) for one in copies)


def clusters(view: View) -> Iterator[Item]:
    """Clusters of Aurora: what they store, and its reads and writes. AWS keeps their master user's secret."""
    stored, traffic = view.usage.stored, view.usage.traffic
    for cluster in view.resources("aws_rds_cluster").values():
        optimized = cluster.body.get("storage_type") == "aurora-iopt1"
        key = "aurora-optimized-gb" if optimized else "aurora-gb"
        yield view.item("Aurora", cluster, key, stored.aurora_gb, usage=True)
        yield view.item("Aurora", cluster, "aurora-backup-gb", stored.aurora_backup_gb, usage=True)
        if not optimized and not view.paused:
            requests = traffic.aurora_million_requests
            yield view.item("Aurora", cluster, "aurora-million-requests", requests, usage=True)
        if cluster.body.get("manage_master_user_password"):
            yield view.item("Secrets Manager", cluster, "secret", 1)


def cluster_instances(view: View) -> Iterator[Item]:
    """Capacity units of Aurora Serverless v2, or instances."""
    for one in view.resources("aws_rds_cluster_instance").values():
        if one.body.get("instance_class") != _SERVERLESS:
            yield view.item("Aurora", one, f"aurora-{one.body.get('instance_class')}", HOURS)
            continue
        cluster = view.referred(one.body.get("cluster_identifier"), "aws_rds_cluster")
        body = cluster.body if cluster else {}
        scaling = (blocks(body.get("serverlessv2_scaling_configuration")) or [{}])[0]
        least, most = (float(scaling.get(name, 0)) for name in ("min_capacity", "max_capacity"))
        if body.get("global_cluster_identifier"):
            # What a global database copies keeps the second cluster awake.
            least = max(least, _LEAST_AWAKE)
        assumed = min(most, max(least, view.usage.traffic.aurora_units))
        # A paused environment asks nothing of it: it is at its least.
        units = Amount.of(least) if view.paused else Amount(least=least, expected=assumed, most=most)
        yield view.item("Aurora", one, "aurora-unit", units.times(HOURS))


def caches(view: View) -> Iterator[Item]:
    """Nodes of ElastiCache, by engine."""
    for one in view.resources("aws_elasticache_replication_group").values():
        key = f"cache-{one.body.get('engine', 'redis')}-{one.body.get('node_type')}"
        yield view.item("ElastiCache", one, key, _nodes(one) * HOURS)
    for one in view.one("aws_elasticache_replication_group"):
        backups = view.usage.stored.cache_backup_gb
        yield view.item("ElastiCache", one, "cache-backup-gb", backups, usage=True)


def _nodes(group: Resource) -> float:
    replicas = group.body.get("replicas_per_node_group")
    if replicas is None:
        return group.number("num_cache_clusters", 1)
    return group.number("num_node_groups", 1) * (float(replicas) + 1)


def file_systems(view: View) -> Iterator[Item]:
    """What EFS stores; AWS Backup keeps its backups."""
    stored = view.usage.stored
    for one in view.one("aws_efs_file_system"):
        yield view.item("EFS", one, "file-gb", stored.file_gb, usage=True)
        yield view.item("EFS", one, "file-infrequent-gb", stored.file_infrequent_gb, usage=True)
    for one in view.one("aws_efs_backup_policy"):
        yield view.item("Backup", one, "backup-file-gb", stored.vault_file_gb, usage=True)


def tables(view: View) -> Iterator[Item]:
    """What DynamoDB stores. A lock table's requests cost less than a cent."""
    for one in view.one("aws_dynamodb_table"):
        yield view.item("DynamoDB", one, "table-gb", view.usage.stored.table_gb, usage=True)


def vaults(view: View) -> Iterator[Item]:
    """What AWS Backup keeps in its vaults."""
    stored = view.usage.stored
    for one in view.resources("aws_backup_vault").values():
        if one.region == view.region:
            yield view.item("Backup", one, "backup-rds-gb", stored.vault_database_gb, usage=True)
            yield view.item("Backup", one, "backup-s3-gb", stored.vault_bucket_gb, usage=True)
        else:
            yield view.item("Backup", one, "backup-rds-gb", stored.copied_gb, usage=True)


def restore_tests(view: View) -> Iterator[Item]:
    """What AWS Backup restores on trial, once a month: the test, whose price is unknown, and an instance."""
    for one in view.resources("aws_backup_restore_testing_selection").values():
        yield view.item("Backup", one, "backup-restore-test", 1)
        if one.body.get("protected_resource_type") == "RDS":
            for instance in list(view.resources("aws_db_instance").values())[:1]:
                engine = str(instance.body.get("engine", _ENGINE))
                key = f"rds-{engine}-{instance.body.get('instance_class')}-single"
                yield view.item("RDS", one, key, one.number("validation_window_hours", 1) + _RESTORING)
