"""Published images, read from their registries without an account.

The protocol is that of the OCI Distribution Specification ("Pull") and, for tokens, of the Distribution
project ("Token Authentication Specification"). Two libraries on PyPI speak it, oras and python-dxf; neither
goes on where a download broke, and both bring dependencies for what isn't needed here. urllib3 comes with
boto3.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, parse_http_list, parse_keqv_list, proxy_bypass

import urllib3

from modules.errors import ProblemsError, refusal
from operations.images.manifests import INDEXES, MANIFESTS, Descriptor, verified

_ACCEPTED = {"Accept": ", ".join((*INDEXES, *MANIFESTS))}
_BLOCK = 2**20
# OCI Distribution Specification (Pushing Manifests): what registries take at least.
_LARGEST_MANIFEST = 4 * 2**20
_TEMPORARY = (429, 500, 502, 503, 504)
_RETRIES, _BACKOFF = 6, 1.0
_DOCKER_HUB = "docker.io"
_DOCKER_HUB_HOST = "registry-1.docker.io"  # what docker.io stands for (github.com/distribution/reference)
_LOCAL = re.compile(r"(127\.0\.0\.1|localhost)(:\d+)?")
Advance = Callable[[int], None]


class Registry:
    """A registry at an address, such as `https://registry.example.com`.

    Requests that fail for a time are repeated `retries` times, `backoff` seconds after each other and twice
    as many each time, or after as many as the registry asks for, but a minute at most.
    """

    def __init__(self, url: str, *, retries: int | None = None, backoff: float | None = None) -> None:
        retries, backoff = _RETRIES if retries is None else retries, _BACKOFF if backoff is None else backoff
        self._url, self._retries, self._backoff = url.rstrip("/"), retries, backoff
        self._tokens: dict[str, str] = {}
        policy = urllib3.Retry(
            total=retries,
            backoff_factor=backoff,
            retry_after_max=60,
            status_forcelist=_TEMPORARY,
            raise_on_status=False,
        )
        self._http = _pool(self._url, policy)

    def manifest(self, repository: str, reference: str) -> tuple[bytes, str]:
        """A manifest or an index by its tag or digest, and its media type. Raises ProblemsError."""
        with self._get(repository, f"manifests/{reference}", _ACCEPTED) as answer:
            content: bytes = answer.read(_LARGEST_MANIFEST)
            media_type = answer.headers.get("Content-Type", "").partition(";")[0]
        if reference.startswith("sha256:"):
            verified(content, reference, f"{repository}@{reference}")
        return content, media_type or json.loads(content).get("mediaType", "")

    def blob(self, repository: str, digest: str) -> bytes:
        """A small blob, such as the configuration of an image. Raises ProblemsError."""
        with self._get(repository, f"blobs/{digest}", {}) as answer:
            return verified(answer.read(_LARGEST_MANIFEST), digest, f"{repository}@{digest}")

    def download(self, repository: str, blob: Descriptor, file: IO[bytes], advance: Advance) -> None:
        """Download a blob to the end of a file; where the connection breaks, go on from there.

        Raises ProblemsError where the registry fails for longer, or has other bytes.
        """
        for attempt in range(self._retries + 1):
            try:
                self._append(repository, blob, file, advance)
            except urllib3.exceptions.HTTPError as error:
                if attempt == self._retries:
                    raise self._failed(repository, str(error)) from None
            if file.tell() >= blob.size:
                return
            time.sleep(self._backoff * 2**attempt)
        raise self._failed(repository, f"{file.tell()} of the {blob.size} bytes of {blob.digest}")

    def _append(self, repository: str, blob: Descriptor, file: IO[bytes], advance: Advance) -> None:
        start = file.seek(0, 2)
        wanted = {"Range": f"bytes={start}-"} if start else {}
        with self._get(repository, f"blobs/{blob.digest}", wanted) as answer:
            if start and answer.status != 206:  # it sends the whole again
                file.seek(0)
                file.truncate()
                advance(-start)
            for block in answer.stream(_BLOCK, decode_content=False):
                file.write(block)
                advance(len(block))

    @contextmanager
    def _get(self, repository: str, path: str, headers: Mapping[str, str]) -> Iterator[Any]:
        """A successful answer, still to be read. Raises ProblemsError for another."""
        url = f"{self._url}/v2/{repository}/{path}"
        answer = self._request(url, {**headers, **self._authorization(repository)})
        if answer.status == 401:
            self._sign_in(repository, answer.headers.get("WWW-Authenticate", ""))
            answer = self._request(url, {**headers, **self._authorization(repository)})
        try:
            if answer.status not in (200, 206):
                raise self._refused(repository, path, answer.status)
            yield answer
        finally:
            answer.close()

    def _request(self, url: str, headers: Mapping[str, str]) -> Any:
        try:
            return self._http.request("GET", url, headers=dict(headers), preload_content=False)
        except urllib3.exceptions.HTTPError as error:
            raise self._failed(url.removeprefix(self._url), str(error)) from None

    def _sign_in(self, repository: str, challenge: str) -> None:
        """Get a token for anybody, where the registry says who gives them."""
        kind, _, rest = challenge.partition(" ")
        said = parse_keqv_list(parse_http_list(rest))
        if kind.lower() != "bearer" or "realm" not in said:
            raise self._refused(repository, "", 401)
        query = {"scope": f"repository:{repository}:pull"}
        if "service" in said:
            query["service"] = said["service"]
        answer = self._request(f"{said['realm']}?{urlencode(query)}", {})
        if answer.status != 200:
            raise self._refused(repository, "", answer.status)
        content = json.loads(answer.read())
        self._tokens[repository] = content.get("token") or content["access_token"]

    def _authorization(self, repository: str) -> dict[str, str]:
        token = self._tokens.get(repository)
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _refused(self, repository: str, path: str, status: int) -> ProblemsError:
        reasons = {
            401: "no leave to read it without an account",
            403: "no leave to read it",
            404: f"nothing there of the name {path.rpartition('/')[2]}",
            429: "too many requests, longer than a minute",
        }
        return self._failed(repository, reasons.get(status, f"HTTP status {status}"))

    def _failed(self, repository: str, got: str) -> ProblemsError:
        allowed, fix = "a published image", "correct its name, or run the same command again later"
        return ProblemsError.one(f"{self._url} {repository}", refusal(got=got, allowed=allowed, fix=fix))


def address_of(host: str, others: Mapping[str, str]) -> str:
    """The address of a registry by its host in a reference; `others` has those that are read elsewhere."""
    if host in others:
        return others[host]
    scheme = "http" if _LOCAL.fullmatch(host) else "https"
    return f"{scheme}://{_DOCKER_HUB_HOST if host == _DOCKER_HUB else host}"


def _pool(url: str, policy: urllib3.Retry) -> Any:
    """Connections to an address, by the proxy that the environment names for it."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    options: dict[str, Any] = {"retries": policy, "timeout": urllib3.Timeout(connect=10, read=60)}
    if proxy and not proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy, **options)
    return urllib3.PoolManager(**options)
