"""What is accepted at once is what typeguard accepts, and every refusal is typeguard's own."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import pytest
import typeguard
from cdktf import IResolvable, TerraformResource, TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct, IDependable
from hypothesis import given
from hypothesis import strategies as st

from cdktf_fast_synthesis.type_checks import certainly_matches, check_faster

HINTS = [
    str,
    int,
    float,
    bool,
    Any,
    typing.Optional[str],  # noqa: UP045  as it is generated
    typing.Optional[typing.Union[int, float]],  # noqa: UP045, UP007
    typing.Mapping[str, str],
    typing.Optional[typing.Sequence[str]],  # noqa: UP045
    typing.Union[bool, IResolvable],  # noqa: UP007
    typing.Union[TerraformResourceLifecycle, typing.Dict[str, Any], None],  # noqa: UP006, UP007
    typing.Sequence[typing.Union[TerraformResourceLifecycle, typing.Dict[str, Any]]],  # noqa: UP006, UP007
    Mapping[str, Sequence[int]],
    Construct,
]
values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=2), st.binary(max_size=1)
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=1) | st.integers(), inner),
    max_leaves=5,
)


@given(value=values, hint=st.sampled_from(HINTS))
def test_what_is_clear_is_accepted_by_typeguard(value: object, hint: Any) -> None:
    if certainly_matches(value, hint):
        typeguard.check_type("argument", value, hint)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("text", str),
        (None, typing.Optional[str]),  # noqa: UP045
        (1, typing.Union[int, float]),  # noqa: UP007
        ({"Name": "shop"}, typing.Mapping[str, str]),
        (["a"], typing.Optional[typing.Sequence[str]]),  # noqa: UP045
        (("a", "b"), tuple[str, ...]),
        (object(), Any),
        (TerraformResourceLifecycle(), typing.Union[TerraformResourceLifecycle, None]),  # noqa: UP007
    ],
)
def test_what_is_used_every_day_is_clear(value: object, hint: Any) -> None:
    assert certainly_matches(value, hint)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (1, str),
        (None, str),
        ("1", typing.Union[int, float]),  # noqa: UP007
        (["a", 1], typing.Sequence[str]),
        ({"Name": 1}, typing.Mapping[str, str]),
        ({1: "Name"}, typing.Mapping[str, str]),
        (("a", 1), tuple[str, ...]),
        (("a",), tuple[str, str]),
        (["a"], tuple[str, ...]),
        ("shop", Construct),
        (Construct, Construct),
        ("shop", IResolvable),
    ],
)
def test_what_does_not_fit_is_left_to_typeguard(value: object, hint: Any) -> None:
    assert not certainly_matches(value, hint)


def test_a_class_that_implements_an_interface_is_clear() -> None:
    resource = TerraformResource.__new__(TerraformResource)
    interface = next(iter(TerraformResource.__jsii_ifaces__))  # type: ignore[attr-defined]
    assert certainly_matches(resource, interface)
    assert certainly_matches(resource, IDependable), "IConstruct extends it"
    assert not certainly_matches(resource, IResolvable)


def test_an_object_that_the_kernel_made_is_clear_where_its_interface_is_expected() -> None:
    token: Any = Token.as_any("${var.on}")
    assert type(token).__name__ == "InterfaceDynamicProxy"
    hint = typing.Union[bool, IResolvable, None]  # noqa: UP007  as it is generated
    assert certainly_matches(token, hint)
    typeguard.check_type("argument", token, hint)
    assert not certainly_matches(token, typing.Union[bool, IDependable])  # noqa: UP007


def test_a_generated_call_refuses_in_typeguards_words() -> None:
    with pytest.raises(TypeError) as refused:
        SecurityGroup(typing.cast("Any", "no scope"), "group")
    message = "type of argument scope must be constructs.Construct; got str instead"
    assert str(refused.value) == message


def test_a_module_of_another_make_is_left_as_it_is() -> None:
    def check_type(value: object) -> None: ...

    module = ModuleType("other")
    vars(module).update(check_type=check_type, typing=typing)
    check_faster(vars(module))
    assert vars(module)["check_type"] is check_type
    assert vars(module)["typing"] is typing


def test_a_module_of_newer_jsii_gets_each_hint_when_it_is_asked_for() -> None:
    """Providers of cdktn resolve hints by jsii's own function (aws/jsii#5165)."""
    from jsii._type_checking import cached_type_hints, check_type

    def stub(*, first: str, second: int | None) -> None: ...

    module = ModuleType("generated")
    vars(module).update(check_type=check_type, typing=typing, cached_type_hints=cached_type_hints)
    check_faster(vars(module))
    hints = vars(module)["cached_type_hints"](stub)
    assert (len(hints), hints["first"], len(hints)) == (0, str, 1)
    assert vars(module)["check_type"]("argument first", "text", hints["first"]) is None
    with pytest.raises(TypeError, match="type of argument first must be str; got int instead"):
        vars(module)["check_type"]("argument first", 1, hints["first"])


def test_only_generated_modules_see_a_typing_that_remembers() -> None:
    hints = vars(vars(typing)["get_type_hints"])
    generated = SecurityGroup.__init__.__globals__["typing"]
    assert "cache_info" not in dir(typing.get_type_hints)
    assert "__wrapped__" not in hints
    assert generated is not typing
    assert generated.get_type_hints is not typing.get_type_hints


def test_the_hints_of_a_stub_are_typings_own() -> None:
    namespace = SecurityGroup.__init__.__globals__
    stubs = [made for name, made in namespace.items() if name.startswith("_typecheckingstub__")]
    assert len(stubs) > 10
    for stub in stubs:
        found = namespace["typing"].get_type_hints(stub)
        assert {name: found[name] for name in stub.__annotations__} == typing.get_type_hints(stub)
