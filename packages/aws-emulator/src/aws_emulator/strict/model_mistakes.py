"""Where a published service model forbids what AWS takes: a table, each entry with its source."""

from __future__ import annotations

from aws_emulator.strict.request_parsing import ParsedRequest
from aws_emulator.strict.service_models import Violation

# Service, operation, member, kind of violation; None is any operation.
_MISTAKES = {
    # Amazon SQS API Reference, ReceiveMessage: AttributeNames has ApproximateReceiveCount and others.
    ("sqs", "ReceiveMessage", "AttributeNames", "enum"),
    # Amazon SQS API Reference, "Making Query API requests": the path of the URL names the queue.
    ("sqs", None, "QueueUrl", "required"),
    # The tokens are moto's own, and shorter than AWS's: whoever sends one back was given it here.
    ("wafv2", None, "LockToken", "pattern"),
    # Regions are added more often than botocore is updated here.
    ("s3", "CreateBucket", "CreateBucketConfiguration.LocationConstraint", "enum"),
}


def is_mistake(request: ParsedRequest, violation: Violation) -> bool:
    """Whether AWS takes what its model forbids."""
    member = violation.member.partition("[")[0]
    return any(
        (request.service, operation, member, violation.kind) in _MISTAKES
        for operation in (request.operation, None)
    )
