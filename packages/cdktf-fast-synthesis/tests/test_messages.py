"""What is said to jsii's kernel is what jsii would say, and what it answers is taken as jsii takes it."""

from __future__ import annotations

import datetime
import json
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import attr
import jsii
import pytest
from cdktf import App, TerraformStack
from jsii._kernel import types
from jsii._kernel.types import CreateResponse, GetResponse, InvokeResponse, ObjRef

from cdktf_fast_synthesis import messages

process: Any = import_module("jsii._kernel.providers.process")
REFERENCE = ObjRef(ref="cdktf.App@10000", interfaces=["cdktf.IThing"])
VALUES = [
    None,
    "text",
    1,
    1.5,
    True,
    [{"$jsii.map": {"a": ["b"]}}],
    {"$jsii.struct": {"fqn": "x", "data": {}}},
]
REQUESTS = [
    types.CreateRequest(fqn="cdktf.App", args=VALUES, overrides=[], interfaces=None),
    types.CreateRequest(
        fqn="Object",
        args=[],
        overrides=[
            types.Override(method="visit", cookie="visit"),
            types.Override(property="arn", cookie="arn"),
        ],
        interfaces=["cdktf.IAspect"],
    ),
    types.GetRequest(objref=REFERENCE, property="node"),
    types.GetRequest(objref=CreateResponse(ref="cdktf.App@10000"), property="node"),
    types.SetRequest(objref=REFERENCE, property="policy", value={"$jsii.map": {"a": None}}),
    types.InvokeRequest(objref=REFERENCE, method="addOverride", args=["a.b", True]),
    types.StaticInvokeRequest(fqn="cdktf.Fn", method="join", args=[",", ["a"]]),
    types.StaticGetRequest(fqn="cdktf.App", property="x"),
    types.DeleteRequest(objref=REFERENCE),
]


@pytest.fixture
def serializer() -> Any:
    provider: Any = jsii.kernel.provider
    return provider._process._serializer


@pytest.fixture
def stock(serializer: Any) -> Any:
    return serializer._stock


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: type(each).__name__)
def test_a_request_is_what_jsii_would_send(request_: Any, serializer: Any, stock: Any) -> None:
    assert serializer.unstructure(request_) == stock.unstructure(request_)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"ok": {"value": None}}, process._ProcessResponse),
        ({"ok": REFERENCE}, process._ProcessResponse),
        ({"error": "failed", "stack": "at", "name": "@jsii/kernel.Fault"}, process._ProcessResponse),
        ({"value": ["a", REFERENCE]}, GetResponse),
        ({}, GetResponse),
        ({"result": {"a": 1}}, InvokeResponse),
        (REFERENCE, CreateResponse),
        ({"assembly": "cdktf", "types": 3}, types.LoadResponse),
    ],
)
def test_an_answer_is_what_jsii_makes_of_it(answer: Any, kind: Any, serializer: Any, stock: Any) -> None:
    assert serializer.structure(answer, kind) == stock.structure(answer, kind)


def test_objects_and_dates_are_written_as_jsii_writes_them() -> None:
    stack = TerraformStack(App(), "shop")
    noon = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
    written = process.json.dumps({"stack": stack, "noon": noon}, default=process.jdefault)
    stock = json.dumps({"stack": stack, "noon": noon}, default=process.jdefault)
    assert json.loads(written) == json.loads(stock)
    with pytest.raises(TypeError, match="Naive datetimes"):
        process.json.dumps({"noon": noon.replace(tzinfo=None)}, default=process.jdefault)


@pytest.mark.parametrize(
    "line",
    [
        '{"ok": {"$jsii.byref": "cdktf.App@10000"}}',
        '{"ok": {"$jsii.byref": "cdktf.App@10000", "$jsii.interfaces": ["cdktf.IThing"]}}',
        '{"ok": {"value": {"$jsii.date": "2026-01-01T12:00:00Z"}}}',
        '{"ok": {"value": {"$jsii.enum": "cdktf.Kind/ONE"}}}',
        '{"ok": {"value": {"$jsii.map": {"a": {"b": "c", "d": "e"}}}}}',
        '{"ok": {"value": {"$jsii.byref": "a", "other": 1, "more": 2}}}',
    ],
)
def test_a_line_is_read_as_jsii_reads_it(line: str) -> None:
    read = process.json.loads(f"{line}\n".encode(), object_hook=process.ohook)
    assert read == json.loads(line, object_hook=process.ohook)


def test_what_is_no_message_is_read_without_jsiis_hook() -> None:
    assert process.json.loads('{"$jsii.date": "noon"}') == {"$jsii.date": "noon"}


@pytest.mark.parametrize("changed", ["GetRequest", "InvokeResponse", "jdefault", "_OkayResponse"])
def test_another_jsii_is_left_as_it_is(changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "json", json)
    initialize = process._NodeProcess.__init__
    if changed == "jdefault":
        monkeypatch.delattr(process, changed)
    elif changed == "InvokeResponse":
        monkeypatch.setattr(process, changed, attr.make_class(changed, ["result", "more"]))
    else:
        monkeypatch.setattr(process, changed, SimpleNamespace)
    messages.convert_directly()
    assert process.json is json
    assert process._NodeProcess.__init__ is initialize


def test_it_is_put_in_place_once() -> None:
    in_place = process._NodeProcess.__init__
    messages.convert_directly()
    assert process._NodeProcess.__init__ is in_place
