"""What a service needs to use the objects of a bucket. Pure.

Amazon S3 user guide, "Required permissions for Amazon S3 API operations", and of keys "Multipart upload API
and permissions": whoever uploads in parts needs to decrypt too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import Problem, ProblemsError, refusal
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...regions import endpoint

# What begins the names of objects: a path without a slash in front, with one behind. S3 takes * too, which in
# the resource of a statement would stand for every folder.
_PREFIX = re.compile(r"([A-Za-z0-9!_.'()-]+/)+")


def prefix_problems(prefix: str) -> Iterator[Problem]:
    """A prefix that names no folder; `` is the whole bucket."""
    if prefix and not _PREFIX.fullmatch(prefix):
        allowed = "a path with / behind and none in front, such as uploads/"
        yield Problem(where="prefix", what=refusal(got=repr(prefix), allowed=allowed, fix="correct it"))


@dataclass(frozen=True, kw_only=True)
class BucketAccess:
    """A bucket as its clients use it: `variable` begins the names of their environment variables.

    `key_arn` is the key that encrypts the objects; None for the key of Amazon S3.
    """

    variable: str
    name: str
    arn: str
    region: str
    key_arn: str | None

    def client_access(
        self, prefix: str, *, read: bool = True, write: bool = False, listing: bool = False
    ) -> ClientAccess:
        """Reads objects below `prefix`, with `write` changes them, with `listing` lists their names.

        Raises ProblemsError for a prefix that names no folder, and for neither reading nor writing.
        """
        if problems := list(prefix_problems(prefix)):
            raise ProblemsError(problems)
        if not (read or write):
            why = refusal(got="neither", allowed="read=True, write=True or both", fix="set one")
            raise ProblemsError.one(f"client_access of {self.variable.lower()}", why)
        actions = ["s3:GetObject"] if read else []
        actions += ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"] if write else []
        statements = [Statement(actions=actions, resources=[f"{self.arn}/{prefix}*"])]
        if listing:
            below = {"StringLike": {"s3:prefix": f"{prefix}*"}} if prefix else {}
            statements.append(Statement(actions=["s3:ListBucket"], resources=[self.arn], conditions=below))
        if self.key_arn:
            use = ["kms:Decrypt", "kms:GenerateDataKey"] if write else ["kms:Decrypt"]
            through = {"StringEquals": {"kms:ViaService": endpoint("s3", self.region)}}
            statements.append(Statement(actions=use, resources=[self.key_arn], conditions=through))
        environment = {"BUCKET": self.name, "REGION": self.region, "PREFIX": prefix}
        return ClientAccess(
            environment={f"{self.variable}_{name}": value for name, value in environment.items()},
            statements=tuple(statements),
        )
