"""Messages to jsii's kernel and back, converted by what they are.

jsii sends every value of every argument through cattrs, which copies most of them as they are, and makes a
JSON encoder and decoder for each message. Here the requests and answers that synthesis consists of are
converted field by field, and one encoder and one decoder serve all messages. jsii converts the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import attr

_PROCESS = "jsii._kernel.providers.process"
_KNOWN = {
    "ObjRef": ("ref", "interfaces"),
    "CreateRequest": ("fqn", "args", "overrides", "interfaces"),
    "GetRequest": ("objref", "property"),
    "SetRequest": ("objref", "property", "value"),
    "InvokeRequest": ("objref", "method", "args"),
    "CreateResponse": ("ref", "interfaces"),
    "GetResponse": ("value",),
    "InvokeResponse": ("result",),
    "_OkayResponse": ("ok",),
}
Conversion = Callable[[Any], Any]


def convert_directly() -> None:
    """Convert them so from here on; an unknown jsii is left as it is."""
    process: Any = import_module(_PROCESS)
    if getattr(process, "json", None) is not json or not _is_known(process):
        return
    # What is sent is made for the message, so no part of it is a part of itself.
    encoder = json.JSONEncoder(default=process.jdefault, check_circular=False, separators=(",", ":"))
    decoder = json.JSONDecoder(object_hook=_hook(process))
    process.json = SimpleNamespace(
        dumps=lambda message, **_: encoder.encode(message),
        # A line of what a kernel prints, in stock jsii, is read without the hook.
        loads=lambda line, **hook: decoder.decode(line.decode()) if hook else json.loads(line),
    )
    node_process = process._NodeProcess  # noqa: SLF001
    initialize = node_process.__init__

    def __init__(self: Any) -> None:  # noqa: N807
        initialize(self)
        self._serializer = _Serializer(self._serializer, process)

    node_process.__init__ = __init__


def _is_known(process: Any) -> bool:
    classes = {name: getattr(process, name, None) for name in _KNOWN}
    return all(
        isinstance(kind, type)
        and attr.has(kind)
        and tuple(field.name for field in attr.fields(kind)) == _KNOWN[name]
        for name, kind in classes.items()
    ) and all(hasattr(process, name) for name in ("jdefault", "ohook", "_ProcessResponse"))


def _hook(process: Any) -> Conversion:
    def hook(decoded: dict[str, Any]) -> Any:
        # What jsii looks for has one key, or these two.
        return process.ohook(decoded) if "$jsii.byref" in decoded or len(decoded) == 1 else decoded

    return hook


class _Serializer:
    """Converts what synthesis consists of; cattrs' converter, which jsii had in its place, the rest."""

    def __init__(self, stock: Any, process: Any) -> None:
        self._stock, self._kinds = stock, process
        self._requests: dict[type, Conversion] = {
            process.CreateRequest: self._create,
            process.GetRequest: self._get,
            process.SetRequest: self._set,
            process.InvokeRequest: self._invoke,
        }

    def unstructure(self, request: Any) -> Any:
        """The request, of JSON's own types and such objects as the encoder knows."""
        return self._requests.get(type(request), self._stock.unstructure)(request)

    def structure(self, answer: Any, kind: Any) -> Any:
        """The answer, of the kind that jsii asks for."""
        kinds, form = self._kinds, type(answer)
        if kind is kinds._ProcessResponse and form is dict and "ok" in answer:  # noqa: SLF001
            return kinds._OkayResponse(ok=answer["ok"])  # noqa: SLF001
        if kind is kinds.GetResponse and form is dict:
            return kinds.GetResponse(value=answer.get("value"))
        if kind is kinds.InvokeResponse and form is dict:
            return kinds.InvokeResponse(result=answer.get("result"))
        if kind is kinds.CreateResponse and form is kinds.ObjRef:
            return kinds.CreateResponse(ref=answer.ref)
        return self._stock.structure(answer, kind)

    def _create(self, request: Any) -> dict[str, Any]:
        overrides = [self._stock.unstructure(override) for override in request.overrides]
        fields = {"fqn": request.fqn, "args": request.args, "overrides": overrides}
        return {"api": "create", **fields, "interfaces": request.interfaces}

    def _get(self, request: Any) -> dict[str, Any]:
        return {"api": "get", "objref": self._of(request), "property": request.property}

    def _set(self, request: Any) -> dict[str, Any]:
        fields = {"property": request.property, "value": request.value}
        return {"api": "set", "objref": self._of(request), **fields}

    def _invoke(self, request: Any) -> dict[str, Any]:
        return {"api": "invoke", "objref": self._of(request), "method": request.method, "args": request.args}

    def _of(self, request: Any) -> Any:
        return self._stock.unstructure(request.objref)
