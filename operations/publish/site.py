"""A deployed website: its bucket and its distribution, what the bucket has, and its record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from backend.aws_errors import aws_errors
from modules.edge.website.settings import PUBLISH_RECORD
from modules.errors import ProblemsError, refusal
from operations import aws
from operations.publish.comparison import Object
from operations.publish.record import Record
from operations.synthesized import SynthesizedStack, Website

_WORKERS = 16
# Standard mode backs off from SlowDown (503) and from broken connections, up to 20 s between two attempts
# (AWS SDKs and Tools Reference Guide, "Retry behavior").
_ATTEMPTS = 8
_PAUSED = '"paused": "true"'
_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True, kw_only=True)
class Read:
    """The record as it was read: its ETag ("" where there is none), and its age by S3's own clock."""

    record: Record
    etag: str
    seconds: float
    now: datetime


class Site:
    """A website that is deployed."""

    def __init__(self, stack: SynthesizedStack, website: Website, region: str | None) -> None:
        from botocore.config import Config

        place = {"region": region or website.region, "stack": stack.name}
        retries = {"mode": "standard", "total_max_attempts": _ATTEMPTS}
        # Checksums are compared, which older settings of the AWS configuration would turn off.
        config = Config(retries=retries, max_pool_connections=_WORKERS)
        self.stack, self.website = stack.name, website
        self.s3: Any = aws.client("s3", **place, config=config)
        self.cloudfront: Any = aws.client("cloudfront", **place, config=config)
        self._sts: Any = aws.client("sts", **place)
        self.bucket = self.distribution = ""
        self.paused = False

    def find(self) -> None:
        """Find the bucket and the distribution. Raises ProblemsError where the stack is not deployed."""
        with aws_errors("AWS"):
            account = self._sts.get_caller_identity()["Account"]
            self.bucket = self.website.bucket(account)
            if not self._bucket_exists():
                raise self._not_deployed(f"no bucket {self.bucket}")
            found = self._distribution()
            if found is None:
                raise self._not_deployed(f"no distribution of the bucket {self.bucket}")
            self.distribution = found["Id"]
            self.paused = self._is_paused(found)

    def _bucket_exists(self) -> bool:
        from botocore.exceptions import ClientError

        try:
            self.s3.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchBucket"}:
                return False
            raise
        return True

    def _distribution(self) -> Any:
        origin = f"{self.bucket}.s3."
        pages = self.cloudfront.get_paginator("list_distributions").paginate()
        listed = (one for page in pages for one in page["DistributionList"].get("Items", ()))
        return next(
            (
                one
                for one in listed
                if any(each["DomainName"].startswith(origin) for each in one["Origins"]["Items"])
            ),
            None,
        )

    def _is_paused(self, distribution: Any) -> bool:
        """Whether its function answers for a paused stack (modules/edge/viewer_request)."""
        from botocore.exceptions import ClientError

        called = distribution["DefaultCacheBehavior"].get("FunctionAssociations", {}).get("Items", ())
        for one in called:
            try:
                name = one["FunctionARN"].rpartition("/")[2]
                code = self.cloudfront.get_function(Name=name, Stage="LIVE")["FunctionCode"].read()
            except ClientError:
                continue  # a note is not worth a permission
            if _PAUSED in code.decode():
                return True
        return False

    def _not_deployed(self, got: str) -> ProblemsError:
        region = self.s3.meta.region_name
        fix = "apply it, or use the credentials of its account"
        why = refusal(got=f"{got} in {region}", allowed="a deployed stack", fix=fix)
        return ProblemsError.one(self.stack, why)

    def read(self) -> Read:
        """Read the record; an empty one where nothing was published."""
        place = f"s3://{self.bucket}/{PUBLISH_RECORD}"
        with aws_errors(place):
            try:
                answer = self.s3.get_object(Bucket=self.bucket, Key=PUBLISH_RECORD)
            except self.s3.exceptions.NoSuchKey as error:
                now = _date(error.response)
                return Read(record=Record(), etag="", seconds=0.0, now=now)
            text = answer["Body"].read().decode()
        now = _date(answer)
        age = (now - answer["LastModified"]).total_seconds()
        return Read(record=Record.from_json(text, place), etag=answer["ETag"], seconds=age, now=now)

    def write(self, record: Record, etag: str) -> str | None:
        """Replace the record that has this ETag; give the new one, or None where somebody was faster."""
        from botocore.exceptions import ClientError

        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        body = record.to_json().encode()
        try:
            answer = self.s3.put_object(
                Bucket=self.bucket,
                Key=PUBLISH_RECORD,
                Body=body,
                ContentType="application/json",
                CacheControl="no-store",
                **condition,
            )
        except ClientError as error:
            # 409 ConditionalRequestConflict: two at the same moment (PutObject, Amazon S3 API Reference).
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in {404, 409, 412}:
                return self._etag_of(body)
            raise
        return str(answer["ETag"])

    def _etag_of(self, body: bytes) -> str | None:
        """The ETag of the record if it is this one: a write that was repeated, since its answer was lost."""
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=PUBLISH_RECORD)
        except self.s3.exceptions.NoSuchKey:
            return None
        return str(answer["ETag"]) if answer["Body"].read() == body else None

    def sizes(self) -> dict[str, int]:
        """The size in bytes of every object but the record, by key."""
        with aws_errors(f"s3://{self.bucket}"):
            pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
            listed = [one for page in pages for one in page.get("Contents", ())]
        return {one["Key"]: one["Size"] for one in listed if one["Key"] != PUBLISH_RECORD}

    def head(self, key: str, version: str | None = None) -> Object | None:
        """An object with its checksum and headers; None where there is none of this key and version."""
        from botocore.exceptions import ClientError

        wanted = {"VersionId": version} if version else {}
        try:
            found = self.s3.head_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED", **wanted)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in {404, 405}:
                return None
            raise
        names = ("ContentType", "CacheControl", "ContentEncoding")
        return Object(
            key=key,
            size=found["ContentLength"],
            version=found.get("VersionId", ""),
            sha256=found.get("ChecksumSHA256"),
            headers={name: found[name] for name in names if found.get(name)},
        )


def _date(answer: Any) -> datetime:
    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])


def in_parallel(
    call: Callable[[_In], _Out], items: Iterable[_In], done: Callable[[_In], object] | None = None
) -> Iterator[_Out]:
    """Call for each item, several at once. The first error, or Ctrl-C, ends it: what waits is not begun."""
    executor = ThreadPoolExecutor(_WORKERS)

    def called(item: _In) -> _Out:
        result = call(item)
        if done:
            done(item)
        return result

    try:
        futures = [executor.submit(called, item) for item in items]
        finished, _ = wait(futures, return_when=FIRST_EXCEPTION)
        for future in finished:
            future.result()
        return iter([future.result() for future in futures])
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
