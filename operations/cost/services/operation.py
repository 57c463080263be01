"""CloudWatch, keys, secrets, parameters, buckets."""

from __future__ import annotations

from collections.abc import Iterator

from modules.terraform_json import blocks
from operations.cost.lines import Amount, Item
from operations.cost.view import View

_HIGH_RESOLUTION = 60  # seconds: an alarm on a shorter period is one (Amazon CloudWatch pricing)
# AWS KMS pricing: the first and the second rotation of a key cost as much as the key, later ones nothing.
_ROTATIONS = 2


def alarms(view: View) -> Iterator[Item]:
    """Alarms: by metric that they look at, so that one on an expression costs as many as it has metrics."""
    for one in view.resources("aws_cloudwatch_metric_alarm").values():
        metrics = [
            metric for query in blocks(one.body.get("metric_query")) for metric in blocks(query.get("metric"))
        ]
        periods = [float(metric.get("period", _HIGH_RESOLUTION)) for metric in metrics]
        shortest = min(periods) if periods else one.number("period", _HIGH_RESOLUTION)
        key = "alarm" if shortest >= _HIGH_RESOLUTION else "alarm-high-resolution"
        yield view.item("CloudWatch", one, key, max(1, len(metrics)))
    for one in view.resources("aws_cloudwatch_composite_alarm").values():
        yield view.item("CloudWatch", one, "alarm-composite", 1)


def dashboards(view: View) -> Iterator[Item]:
    """Dashboards."""
    for one in view.resources("aws_cloudwatch_dashboard").values():
        yield view.everywhere("CloudWatch", one, "dashboard", 1)


def metrics(view: View) -> Iterator[Item]:
    """Metrics that filters make of logs, each once."""
    seen: set[tuple[str, str]] = set()
    for one in view.resources("aws_cloudwatch_log_metric_filter").values():
        for metric in blocks(one.body.get("metric_transformation")):
            name = (str(metric.get("namespace")), str(metric.get("name")))
            if name not in seen:
                seen.add(name)
                yield view.item("CloudWatch", one, "metric", 1)


def logs(view: View) -> Iterator[Item]:
    """What is logged and kept, and metrics that are published, together."""
    traffic = view.usage.traffic
    for one in view.one("aws_cloudwatch_log_group"):
        if not view.paused:
            yield view.item("CloudWatch", one, "log-gb", traffic.log_gb, usage=True)
            yield view.item("CloudWatch", one, "vended-log-gb", traffic.vended_log_gb, usage=True)
            yield view.item("CloudWatch", one, "metric", traffic.custom_metrics, usage=True)
        yield view.item("CloudWatch", one, "log-stored-gb", view.usage.stored.log_gb, usage=True)


def keys(view: View) -> Iterator[Item]:
    """Keys of KMS: twice more once each has been rotated twice; and their requests, together."""
    for one in view.resources("aws_kms_key").values():
        most = 1 + _ROTATIONS if one.body.get("enable_key_rotation") else 1
        yield view.item("KMS", one, "key", Amount(least=1, expected=1, most=most))
    for one in view.one("aws_kms_key"):
        if not view.paused:
            requests = view.usage.traffic.key_thousand_requests * 1000
            yield view.item("KMS", one, "key-request", requests, usage=True)


def secrets(view: View) -> Iterator[Item]:
    """Secrets, and their requests, together."""
    for one in view.resources("aws_secretsmanager_secret").values():
        yield view.item("Secrets Manager", one, "secret", 1)
    for one in view.one("aws_secretsmanager_secret"):
        if not view.paused:
            requests = view.usage.traffic.secret_thousand_requests * 1000
            yield view.item("Secrets Manager", one, "secret-request", requests, usage=True)


def parameters(view: View) -> Iterator[Item]:
    """Parameters of the advanced tier; standard ones cost nothing."""
    for one in view.resources("aws_ssm_parameter").values():
        if one.body.get("tier") == "Advanced":
            yield view.item("Systems Manager", one, "parameter-advanced", 1)


def queues(view: View) -> Iterator[Item]:
    """Requests to queues of SQS, together: a queue that nobody uses costs nothing."""
    traffic, found = view.usage.traffic, view.resources("aws_sqs_queue").values()
    kinds = (
        ("queue-request", False, traffic.queue_million_requests),
        ("queue-request-fifo", True, traffic.fifo_queue_million_requests),
    )
    for key, fifo, millions in () if view.paused else kinds:
        for one in [one for one in found if bool(one.body.get("fifo_queue")) is fifo][:1]:
            yield view.item("SQS", one, key, millions * 1e6, usage=True)


def buckets(view: View) -> Iterator[Item]:
    """What buckets store, together: those of the stack's region, and those of others."""
    stored = view.usage.stored
    for one in view.one("aws_s3_bucket"):
        yield view.item("S3", one, "bucket-gb", stored.bucket_gb, usage=True)
        yield view.item("S3", one, "bucket-write", stored.bucket_thousand_writes * 1000, usage=True)
        yield view.item("S3", one, "bucket-read", stored.bucket_thousand_reads * 1000, usage=True)
    elsewhere = [one for one in view.resources("aws_s3_bucket").values() if one.region != view.region]
    for one in elsewhere[:1]:
        yield view.item("S3", one, "bucket-gb", stored.replica_gb, usage=True)
