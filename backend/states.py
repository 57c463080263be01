"""Terraform states and locks in S3 and DynamoDB: reading, taking and releasing locks."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from backend.aws_errors import aws_errors
from backend.keys import digest_item, lock_item, lock_key, stack_of, state_key
from backend.records import Lock, State, Version, read_lock, read_state
from backend.s3_settings import S3Settings
from backend.sessions import session
from modules.errors import ProblemsError

_MISSING = {"404", "NoSuchKey", "NoSuchBucket", "ResourceNotFoundException"}


class StateStore:
    """The bucket and the lock table of a `*.s3.tfbackend` file. Raises ProblemsError for errors of AWS."""

    def __init__(self, settings: S3Settings) -> None:
        self.settings = settings

    def bucket_exists(self) -> bool:
        """Whether the bucket exists. Raises ProblemsError if it belongs to another account."""
        with aws_errors(f"bucket {self.settings.bucket}"):
            try:
                self._s3.head_bucket(Bucket=self.settings.bucket)
            except self._s3.exceptions.ClientError as error:
                if _code(error) in _MISSING:
                    return False
                if _code(error) == "403":
                    what = (
                        "belongs to another account; names are global: take another, or the right credentials"
                    )
                    raise ProblemsError.one(f"bucket {self.settings.bucket}", what) from None
                raise
        return True

    def stacks(self) -> set[str]:
        """The stacks with a state or a lock in the bucket."""
        with aws_errors(f"bucket {self.settings.bucket}"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.settings.bucket)
            keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {stack for key in keys if (stack := stack_of(key))}

    def state(self, stack: str) -> State | None:
        """The state of a stack, or None."""
        found = self._object(state_key(stack))
        if found is None:
            return None
        item = self._item(digest_item(self.settings.bucket, state_key(stack)))
        return read_state(
            stack,
            found["Body"].read(),
            modified=found["LastModified"],
            digest=item["Digest"]["S"] if item else None,
        )

    def content(self, stack: str) -> bytes | None:
        """The file of a state as it is in the bucket, or None."""
        found = self._object(state_key(stack))
        return None if found is None else bytes(found["Body"].read())

    def versions(self, stack: str) -> list[Version]:
        """The versions of a state in the bucket, newest first."""
        key = state_key(stack)
        with aws_errors(f"state of {stack}"):
            pages = self._s3.get_paginator("list_object_versions").paginate(
                Bucket=self.settings.bucket, Prefix=key
            )
            found = [one for page in pages for one in page.get("Versions", []) if one["Key"] == key]
        return [
            Version(
                id=one["VersionId"], modified=one["LastModified"], size=one["Size"], latest=one["IsLatest"]
            )
            for one in found
        ]

    def locks(self, stack: str) -> list[Lock]:
        """The locks of a stack in the order in which Terraform takes them: S3, DynamoDB."""
        key = state_key(stack)
        held: list[Lock] = []
        if (found := self._object(lock_key(key))) is not None:
            held.append(read_lock(stack, "S3", found["Body"].read().decode()))
        if (item := self._item(lock_item(self.settings.bucket, key))) is not None:
            held.append(read_lock(stack, "DynamoDB", item["Info"]["S"]))
        return held

    def take(self, stack: str, content: str) -> Lock | None:
        """Take the lock that Terraform takes first: the lock file in S3, without it the item in DynamoDB.

        `content` is the lock info, in Terraform's fields. None where somebody holds the lock.
        """
        key, in_s3 = state_key(stack), self.settings.use_lockfile
        with aws_errors(f"lock of {stack}"):
            taken = (self._put_lock_file if in_s3 else self._put_lock_item)(key, content)
        return read_lock(stack, "S3" if in_s3 else "DynamoDB", content) if taken else None

    def release(self, lock: Lock) -> None:
        """Delete this lock without confirmation. A newer lock is not deleted."""
        key = state_key(lock.stack)
        with aws_errors(f"lock of {lock.stack} in {lock.where}"):
            if lock.where == "S3":
                self._delete_lock_file(lock)
            elif lock not in self.locks(lock.stack):
                raise _other_lock(lock)
            else:
                self._dynamodb.delete_item(
                    TableName=self.settings.dynamodb_table,
                    Key={"LockID": {"S": lock_item(self.settings.bucket, key)}},
                    ConditionExpression="Info = :shown",
                    ExpressionAttributeValues={":shown": {"S": lock.content}},
                )

    def _put_lock_file(self, key: str, content: str) -> bool:
        place = {"Bucket": self.settings.bucket, "Key": lock_key(key)}
        try:
            self._s3.put_object(**place, Body=content.encode(), IfNoneMatch="*")
        except self._s3.exceptions.ClientError as error:
            if _code(error) in {"PreconditionFailed", "ConditionalRequestConflict"}:
                return False
            raise
        return True

    def _put_lock_item(self, key: str, content: str) -> bool:
        item = {"LockID": {"S": lock_item(self.settings.bucket, key)}, "Info": {"S": content}}
        table, free = self.settings.dynamodb_table, "attribute_not_exists(LockID)"
        try:
            self._dynamodb.put_item(TableName=table, Item=item, ConditionExpression=free)
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _delete_lock_file(self, lock: Lock) -> None:
        # S3 compares the ETag as it deletes: nobody can take the lock in between.
        key = lock_key(state_key(lock.stack))
        found = self._object(key)
        if found is None or read_lock(lock.stack, "S3", found["Body"].read().decode()) != lock:
            raise _other_lock(lock)
        try:
            self._s3.delete_object(Bucket=self.settings.bucket, Key=key, IfMatch=found["ETag"])
        except self._s3.exceptions.ClientError as error:
            if _code(error) in {"PreconditionFailed", "412"}:
                raise _other_lock(lock) from None
            raise

    def delete_digest(self, stack: str) -> None:
        """Delete the digest of a state, so that Terraform accepts the state in the bucket."""
        with aws_errors(f"digest of {stack}"):
            self._dynamodb.delete_item(
                TableName=self.settings.dynamodb_table,
                Key={"LockID": {"S": digest_item(self.settings.bucket, state_key(stack))}},
            )

    def account(self) -> str:
        """The account id of the credentials."""
        with aws_errors("AWS credentials"):
            return str(self._client("sts").get_caller_identity()["Account"])

    def _object(self, key: str) -> Any:
        with aws_errors(f"s3://{self.settings.bucket}/{key}"):
            try:
                return self._s3.get_object(Bucket=self.settings.bucket, Key=key)
            except self._s3.exceptions.ClientError as error:
                if _code(error) in _MISSING:
                    return None
                raise

    def _item(self, id: str) -> Any:
        table = self.settings.dynamodb_table
        if table is None:
            return None
        with aws_errors(f"table {table}"):
            try:
                answer = self._dynamodb.get_item(
                    TableName=table, Key={"LockID": {"S": id}}, ConsistentRead=True
                )
            except self._dynamodb.exceptions.ResourceNotFoundException:
                return None
        return answer.get("Item")

    @cached_property
    def _s3(self) -> Any:
        return self._client("s3")

    @cached_property
    def _dynamodb(self) -> Any:
        return self._client("dynamodb")

    def _client(self, service: str) -> Any:
        return session(self.settings.assume_role).client(service, region_name=self.settings.region)


def _other_lock(lock: Lock) -> ProblemsError:
    what = "is no longer the lock that was shown; look again before releasing it"
    return ProblemsError.one(f"lock of {lock.stack} in {lock.where}", what)


def _code(error: Any) -> str:
    return str(error.response["Error"]["Code"])
