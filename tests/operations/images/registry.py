"""A registry of published images on 127.0.0.1, which gives tokens to anybody and fails when it is told to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from tests.images import MANIFEST, BuiltImage, digest_of

INDEX = "application/vnd.oci.image.index.v1+json"
_TOKEN = "for-anybody"
Fault = Callable[["Handler"], bool]  # whether it has answered


class PublicRegistry:
    """What is published, by repository; what was asked for; and faults for the next requests of a blob."""

    def __init__(self) -> None:
        self.manifests: dict[str, tuple[bytes, str]] = {}  # repository:tag and repository@digest
        self.blobs: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.faults: list[Fault] = []
        self.url = ""

    def publish(self, repository: str, tag: str, *images: BuiltImage) -> str:
        """Publish an index of images, with what a build attests of them; the index's digest."""
        entries: list[dict[str, Any]] = []
        for image in images:
            self._put(repository, image.manifest, MANIFEST)
            self.blobs |= image.blobs
            platform = {"os": "linux", "architecture": image.architecture}
            entries += [_entry(image, platform), _entry(image, {"os": "unknown", "architecture": "unknown"})]
        index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode()
        self._put(repository, index, INDEX)
        self.manifests[f"{repository}:{tag}"] = (index, INDEX)
        return digest_of(index)

    def asked(self, part: str) -> int:
        """How often something was asked for."""
        return sum(part in request for request in self.requests)

    def _put(self, repository: str, content: bytes, media_type: str) -> None:
        self.manifests[f"{repository}@{digest_of(content)}"] = (content, media_type)


class Handler(BaseHTTPRequestHandler):
    """Answers as the OCI Distribution Specification says ("Pull"), for whoever has a token."""

    protocol_version = "HTTP/1.1"
    registry: PublicRegistry

    def do_GET(self) -> None:
        """Answer."""
        self.registry.requests.append(f"{self.path} {self.headers.get('Range', '')}")
        if self.path.startswith("/token?"):
            self.answer(200, json.dumps({"token": _TOKEN}).encode())
        elif self.headers.get("Authorization") != f"Bearer {_TOKEN}":
            where = f'Bearer realm="{self.registry.url}/token",service="registry.test"'
            self.answer(401, b"{}", "WWW-Authenticate", where)
        elif found := re.fullmatch(r"/v2/(.+)/manifests/(.+)", self.path):
            separator = "@" if found[2].startswith("sha256:") else ":"
            held = self.registry.manifests.get(f"{found[1]}{separator}{found[2]}")
            self.answer(200, held[0], "Content-Type", held[1]) if held else self.answer(404, b"{}")
        elif found := re.fullmatch(r"/v2/.+/blobs/(.+)", self.path):
            self._answer_blob(self.registry.blobs.get(found[1]))
        else:
            self.answer(404, b"{}")

    def _answer_blob(self, blob: bytes | None) -> None:
        if blob is None:
            self.answer(404, b"{}")
        elif not (self.registry.faults and self.registry.faults.pop(0)(self)):
            start = int(self.headers.get("Range", "bytes=0-")[len("bytes=") : -1])
            self.answer(206 if start else 200, blob[start:])

    def answer(self, code: int, body: bytes, *header: str, size: int | None = None) -> None:
        """Answer with a body that has `size` bytes, or is said to; `header` is a name and a value."""
        self.send_response(code)
        if header:
            self.send_header(*header)
        self.send_header("Content-Length", str(len(body) if size is None else size))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


def busy(handler: Handler) -> bool:
    """Too many requests."""
    handler.answer(429, b"{}", "Retry-After", "0")
    return True


def broken_after(count: int) -> Fault:
    """The connection breaks after some bytes."""

    def fault(handler: Handler) -> bool:
        blob = handler.registry.blobs[handler.path.rpartition("/")[2]]
        start = int(handler.headers.get("Range", "bytes=0-")[len("bytes=") : -1])
        handler.answer(206 if start else 200, blob[start : start + count], size=len(blob) - start)
        handler.close_connection = True
        return True

    return fault


def passing(handler: Handler) -> bool:
    """No fault."""
    del handler
    return False


def waiting(reached: Event, let_go: Event) -> Fault:
    """The registry says nothing until it is let go."""

    def fault(handler: Handler) -> bool:
        del handler
        reached.set()
        let_go.wait(30)
        return False

    return fault


@contextmanager
def running_registry() -> Iterator[PublicRegistry]:
    """A registry on a free port."""
    registry = PublicRegistry()
    handler = type("Bound", (Handler,), {"registry": registry})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    registry.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()


def _entry(image: BuiltImage, platform: dict[str, str]) -> dict[str, Any]:
    size = len(image.manifest)
    return {"mediaType": MANIFEST, "digest": image.digest, "size": size, "platform": platform}
