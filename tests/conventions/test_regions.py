"""No name of a region, partition or endpoint outside settings: any environment can be in any region.

Settings name regions: `stacks/<product>/settings.py` and the default of `stacks/environment.py`. What is the
same everywhere is in `modules/regions.py`. Documents and docstrings may give examples.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

CHECKED = ("backend/", "main.py", "modules/", "operations/", "stacks/")
SETTINGS = re.compile(r"stacks/(\w+/settings|environment)\.py")
REGION = re.compile(r"\b(us|eu|ap|sa|ca|me|af|il|mx|cn|eusc)(-gov|-iso[bef]?|-de)?-[a-z]+-\d")
ARN = re.compile(r"arn:aws[a-z-]*:")
HOST = re.compile(r"amazonaws\.(com|eu)")
# The same in every partition: modules/regions.py.
PRINCIPAL = re.compile(r"(\{\}|[a-z0-9.-]+)\.amazonaws\.com")

_EXAMPLE = "an example in a sentence for people"
# File → a part of the literal → why it may stand there.
ALLOWED = {
    "backend/s3_settings.py": {
        "a region such as eu-west-1": _EXAMPLE,
        "arn:aws[a-z-]*:kms:": "every partition",
    },
    "modules/assumed_role.py": {
        "arn:aws[a-z-]*:iam::": "every partition",
        "arn:aws:iam::123456789012:role/deploy": _EXAMPLE,
    },
    "modules/cost/settings.py": {"arn:aws:ce::123456789012:": _EXAMPLE},
    "modules/databases/common/certificate_authorities.py": {
        "https://truststore.pki.rds.amazonaws.com/": "the address of every region's roots, for people"
    },
    "modules/delivery/pipeline/settings.py": {"arn:aws:codeconnections:REGION:": _EXAMPLE},
    "modules/governance/defaults/settings.py": {
        "principals such as config.amazonaws.com": _EXAMPLE,
        "a service such as ecs.amazonaws.com": _EXAMPLE,
    },
    "modules/regions.py": {"": "the one place of global regions and partitions"},
    "modules/secrets/settings.py": {"arn:aws:iam::123456789012:role/deploy": _EXAMPLE},
    "modules/values.py": {"a region such as eu-west-1": _EXAMPLE},
    "operations/cost/price_list.py": {
        "https://pricing.us-east-1.amazonaws.com": "the only host of the price list of all regions"
    },
    "operations/cost/prices.py": dict.fromkeys(
        ("us-east-1", "eu-west-1", "eu-west-2", "eu-central-1"), "a row of AWS's table of usage types"
    ),
    "operations/new/command.py": {"eu-west-1": "the default of an option, which a person sets"},
    "operations/offers.py": {"A region, such as eu-west-1": _EXAMPLE},
}


def literals(source: str) -> Iterator[tuple[int, str]]:
    """The texts of a file that are no docstrings, with their lines; what is interpolated is `{}`."""
    tree = ast.parse(source)
    alone = (one.value for one in ast.walk(tree) if isinstance(one, ast.Expr))
    skipped = {id(one) for one in alone if isinstance(one, ast.Constant)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def bound(name: str, source: str) -> Iterator[str]:
    """What binds a file to a region or a partition, as `file:line: text`."""
    if not name.startswith(CHECKED) or SETTINGS.fullmatch(name):
        return
    for line, text in literals(source):
        is_bound = REGION.search(text) or ARN.search(text) or HOST.search(text)
        allowed = any(part in text for part in ALLOWED.get(name, {}))
        if is_bound and not allowed and not PRINCIPAL.fullmatch(text):
            yield f"{name}:{line}: {text}"


def test_regions_stand_in_settings_alone(python: dict[str, str]) -> None:
    checked = [name for name in python if name.startswith(CHECKED)]
    assert "modules/context.py" in checked
    found = [one for name in checked for one in bound(name, python[name])]
    assert not found, "take it from settings, the context or modules/regions.py: " + "; ".join(found)


def test_every_exception_is_still_one(python: dict[str, str]) -> None:
    assert ALLOWED
    for name, parts in ALLOWED.items():
        texts = [text for _, text in literals(python[name])]
        assert parts, name
        unused = [part for part in parts if not any(part in text for text in texts)]
        assert not unused, f"{name} no longer has {unused}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 'eu-west-1'", ["eu-west-1"]),
        ("x = 'eu-west-1a'", ["eu-west-1a"]),
        ("x = f'{y}.us-gov-west-1.{z}'", ["{}.us-gov-west-1.{}"]),
        ("x = f'arn:aws:s3:::{name}'", ["arn:aws:s3:::{}"]),
        ("x = f's3.{region}.amazonaws.com'", ["s3.{}.amazonaws.com"]),
        ("x = 'cn-north-1' # why", ["cn-north-1"]),
        ("print('ap-southeast-2')", ["ap-southeast-2"]),
        ("x = 'ecs-tasks.amazonaws.com'", []),
        ("x = f'{service}.amazonaws.com'", []),
        ("x = f'arn:{partition}:s3:::{name}'", []),
        ("x = 'us-east-1'.partition('-')", ["us-east-1"]),
        ("def f():\n    '''In eu-west-1.'''", []),
        ("x = 1  # eu-west-1", []),
    ],
)
def test_what_binds_a_file_is_found(source: str, expected: list[str]) -> None:
    found = [one.partition(": ")[2] for one in bound("modules/a.py", source)]
    assert found == expected
    assert not list(bound("stacks/shop/settings.py", source))
    assert not list(bound("tests/test_a.py", source))
