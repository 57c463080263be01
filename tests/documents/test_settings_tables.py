"""Tables of settings say what the code says: field, type, default, comment."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveInt

from modules.settings import settings
from modules.values import Percent, Positive, Region
from tests.documents.settings_tables import BEGIN, END, settings_classes, with_tables


@settings
class Base:
    """What both have."""

    owner: str


@settings
class Cache(Base):
    """A cache.

    `nodes` are in different zones.
    """

    kinds: ClassVar[tuple[str, ...]] = ("redis",)
    # How many
    # there are.
    nodes: Annotated[int, Field(ge=1, le=1_000)] | None = 2
    width: PositiveInt = Field(default=8, le=24)  # of the graph
    mode: Literal["a", "b"] = "a"
    labels: dict[str, str] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=lambda: {"cpu": 1})
    region: Region | None = None
    days: Positive = 1  # to wait
    share: Percent = 5
    codes: tuple[Annotated[str, Field(pattern="^x$")], ...] = ()


TABLE = """### Cache

A cache.

`nodes` are in different zones.

| setting | type | default | |
| --- | --- | --- | --- |
| `owner` | `str` | required |  |
| `nodes` | `int \\| None` | `2` | 1 to 1,000. How many there are. |
| `width` | `PositiveInt` | `8` | At most 24. of the graph |
| `mode` | `Literal['a', 'b']` | `'a'` |  |
| `labels` | `dict[str, str]` | `dict()` |  |
| `limits` | `dict[str, int]` | `{'cpu': 1}` |  |
| `region` | `Region \\| None` | `None` | A region such as eu-west-1. |
| `days` | `Positive` | `1` | 1 or more. to wait |
| `share` | `Percent` | `5` | 1 to 100. |
| `codes` | `tuple[str, ...]` | `()` |  |"""


def test_a_table_has_every_field_with_its_type_default_bounds_and_comment() -> None:
    assert with_tables(f"before\n{BEGIN}\nold\n{END}\nafter\n", [Cache]) == (
        f"before\n{BEGIN}\n\n{TABLE}\n\n{END}\nafter\n"
    )


def test_settings_alone_have_a_table() -> None:
    assert settings_classes({"Cache": Cache, "Field": Field, "PositiveInt": PositiveInt, "x": 1}) == [Cache]
