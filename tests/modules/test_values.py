"""What the types of settings take, and how they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from modules import values
from modules.edge.load_balancer.settings import RedirectSettings
from modules.errors import ProblemsError
from modules.settings import settings
from modules.storage.bucket.settings import CorsRule
from modules.values import Image, Name, Positive, Text

EXAMPLES = {
    "Name": (("a", "web-2", "x" * 63), ("", "Web", "-a", "a--b", "a\n", "x" * 64)),
    "Region": (("eu-west-1", "us-gov-east-1"), ("", "eu-west", "EU-WEST-1")),
    "Line": (("a", "what a person reads: ü"), ("", " a", "a\nb", "x" * 1_025)),
    "Anything": (("", "#!/bin/sh\nexit"), ("x" * 65_537,)),
    "VariableName": (("PATH", "_a", "app.name"), ("", "1A", "A B", "A=B")),
    "EntryName": (("KEY_2",), ("", "key", "_KEY", "A-B")),
    "Image": (
        ("nginx", "a.b/c:1.2@sha256:0f", "${TfToken[ATTRIBUTE.1]}.dkr.ecr/api:1"),
        ("", "a b", ":1", "x" * 256),
    ),
    "ContainerPath": (("/", "/var/run"), ("", "tmp", "/a b", "/\n")),
    "UrlPath": (("/", "/health?full=1"), ("", "health", "/a b")),
    "PathPattern": (("/", "/api/*"), ("", "api", "/a#b", "/" + "x" * 128)),
    "TagKey": (("Cost Center", "aws:createdBy"), ("", " a", "a ", "x" * 129)),
    "TagValue": (("", "a b", "prod"), (" ", "a\nb", "x" * 257)),
    "BucketName": (("abc", "my.bucket-1"), ("", "ab", "Bucket", "-ab")),
    "HeaderName": (("X-Api-Version", "*"), ("", "a:", "a b", "x" * 65)),
    "HeaderValue": (("a", "a b"), ("", " a", "é", "x" * 129)),
    "ImageTag": (("v1.2", "_a"), ("", ".a", "a b", "x" * 129)),
    "Parameter": (("rds.force_ssl", "maxmemory-policy"), ("", "A", "a b")),
    "HeaderLine": (("public, max-age=60",), ("", "a\nb", "a ")),
    "HostName": (("app.terraform.io", "tfe:8443"), ("", "https://a", "a/")),
    "FileSystemPath": (("/data", "/a/b/c/d"), ("", "/", "data", "/a/b/c/d/e", "/a b")),
    "Origin": (("*", "https://a.example.com", "http://localhost:3000"), ("", "a.example.com", "https://a/")),
    "Prefix": (("", "uploads/"), ("a b", "\n")),
    "Reason": (("", "public files"), (" ", "a\nb")),
}


def adapter(name: str) -> TypeAdapter[Any]:
    """What validates values of a type."""
    return TypeAdapter(getattr(values, name))


def test_every_text_has_examples() -> None:
    texts = {
        name
        for name, value in vars(values).items()
        if any(isinstance(one, Text) for one in getattr(value, "__metadata__", ()))
    }
    assert texts == EXAMPLES.keys()


@pytest.mark.parametrize(
    ("name", "text"), [(name, one) for name, (good, _) in EXAMPLES.items() for one in good]
)
def test_what_aws_takes_is_taken(name: str, text: str) -> None:
    assert adapter(name).validate_python(text) == text


@pytest.mark.parametrize(
    ("name", "text"), [(name, one) for name, (_, bad) in EXAMPLES.items() for one in bad]
)
def test_what_aws_would_refuse_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"allowed: .*; "):
        adapter(name).validate_python(text)


@settings
class Worker:
    """Some settings."""

    name: Name = "a"
    images: tuple[Image, ...] = ()
    tasks: Positive = 1


def test_a_refusal_says_what_it_got_what_is_allowed_and_how_to_mend_it() -> None:
    with pytest.raises(ProblemsError) as refused:
        Worker(name="x" * 300, images=("a", "a b"), tasks=2**31)
    long = f"'{'x' * 80}'… (300 characters)"
    assert str(refused.value).splitlines() == [
        f"Worker.name: got {long}; allowed: lower-case words joined by '-', 63 characters at most; rename it",
        "Worker.images.1: got 'a b'; allowed: an image such as public.ecr.aws/nginx/nginx:1.30.4, "
        "255 characters at most; correct it",
        "Worker.tasks: got 2147483648; allowed: 2,147,483,647 or less; lower it",
    ]


def test_what_aws_takes_beside_the_usual_is_taken() -> None:
    assert RedirectSettings(to_path="/new/#{path}").to_path == "/new/#{path}"
    long = "x-amz-server-side-encryption-customer-algorithm"
    assert CorsRule(origins=("https://a.example.com",), headers=(long,)).headers == (long,)
