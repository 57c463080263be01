"""Every stack's provider puts the whole tag policy on everything taggable."""

from __future__ import annotations

from typing import Any

from modules.tagging import OHI_TAGS

Json = dict[str, Any]


def test_default_tags_are_complete_and_static(stacks: dict[str, Json]) -> None:
    for name, stack in stacks.items():
        defaults = [tags["tags"] for one in stack["provider"]["aws"] for tags in one["default_tags"]]
        assert len(defaults) == len(stack["provider"]["aws"])
        for tags in defaults:
            assert set(OHI_TAGS.required) <= tags.keys(), name
            assert not any("${" in value for value in tags.values()), name


def test_the_environment_tag_is_the_stack_s_own(stacks: dict[str, Json]) -> None:
    ohi = {name: stack for name, stack in stacks.items() if name.startswith("ohi-")}
    assert len(ohi) == 3
    for name, stack in ohi.items():
        tags = stack["provider"]["aws"][0]["default_tags"][0]["tags"]
        assert (tags["Project"], tags["Environment"]) == ("OHI", name.removeprefix("ohi-"))
