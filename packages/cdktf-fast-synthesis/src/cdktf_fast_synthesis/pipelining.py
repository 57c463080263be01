"""Calls whose answers are known, sent to jsii's kernel without waiting, so that Python and Node work at once.

The answer to a creation is a reference: the type's name and the next number that the kernel's counter gives.
Python counts along, goes on with the reference that must come, and compares it with the answer when a call
needs one, or when many are unread. So it does with the name of a package that is loaded, and with nothing:
the answer where a property is set, and of those methods of cdktf that return nothing. A call that the kernel
refused is told then, as a SynthesisError with what was called, of a creation the construct's path, and the
line of the program: at the latest when the application is synthesized, since that call needs its answer.
What was sent after it counts for nothing, so every later call raises the same error.

Only with a jsii whose process class and whose kernel's counter are those known here; only as long as no
object overrides in Python what the kernel could call meanwhile; creations only while the counter is known:
not before the first answer, and not after an error. Otherwise each answer is waited for.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import deque
from collections.abc import Callable
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from .errors import SynthesisError

_PROCESS = "jsii._kernel.providers.process"
_KNOWN = {"send": ["self", "request", "response_type"], "_next_message": ["self"]}
_NAMES = (
    "CreateRequest",
    "CreateResponse",
    "InvokeRequest",
    "InvokeResponse",
    "LoadRequest",
    "LoadResponse",
    "SetRequest",
    "SetResponse",
    "jdefault",
    "json",
    "ohook",
    "_stack_traces_enabled",
)
_PROGRAM = "lib__program.js"
# How the kernel numbers an object; and that a creation numbers its own, after its constructor has run.
_NUMBERS = re.compile(
    rb"_ObjectTable_makeId\((\w)\)\{var \w,\w;return`\$\{\1\}@\$\{"
    rb"\w\(this,\w,\(\w=\w\(this,\w,\"f\"\),\w=\w\+\+,\w\),\"f\"\),\w\}`\}"
)
_REGISTERS = re.compile(rb"=new\(0,\w\.ctor\)\([^;]+?\),\w=[^;]{1,40}\.registerObject\(")
# Methods that give nothing, and whose types they are.
_GIVE_NOTHING = frozenset(("addDependency", "addMetadata", "addOverride"))
_OF_CDKTF = ("cdktf.", "cdktn.", "constructs.", "@cdktf/provider-", "@cdktn/provider-")
_NOTHING = b'{"ok":{}}'
# Answers that may be unread: far less than the buffer of a socket or a pipe holds.
_MOST = 64
_REFERENCE = re.compile(rb'"\$jsii\.byref":"[^"\\]*@(\d+)"')
_OURS = re.compile(r"(jsii|cdkt[fn]|constructs|cdktf_fast_synthesis|cdkt[fn]_(cdktf_)?provider_\w+)(\.|$)")
_ENDED = "jsii's kernel: its Node process ended before the synthesis did; synthesize again"
_OFF = "run with FAST_SYNTHESIS_WITHOUT=pipelining, and report it"


def create_without_waiting() -> None:
    """Send them so from here on; an unknown jsii is left as it is."""
    process: Any = import_module(_PROCESS)
    node_process: Any = getattr(process, "_NodeProcess", None)
    if not _is_known(process, node_process) or node_process.send.__module__ == __name__:
        return
    node_process.send = _sending(process, send_and_wait=node_process.send)
    node_process._next_message = _reading(process)  # noqa: SLF001


def _sending(process: Any, *, send_and_wait: Callable[..., Any]) -> Callable[..., Any]:
    def send(self: Any, request: Any, response_type: Any) -> Any:
        pipeline = vars(self).get("pipeline")
        if pipeline is None:
            pipeline = self.pipeline = _Pipeline(self, process)
        try:
            send_on = pipeline.calls.get(type(request))
            if send_on and (answer := send_on(request)):
                return answer
            pipeline.read_answers()
            return send_and_wait(self, request, response_type)
        except (BrokenPipeError, ConnectionResetError):
            raise SynthesisError([_ENDED]) from None

    return send


def _reading(process: Any) -> Callable[..., Any]:
    def _next_message(self: Any) -> Any:
        line = self._process.stdout.readline()
        if not line:
            raise SynthesisError([_ENDED])
        if (pipeline := vars(self).get("pipeline")) is not None:
            pipeline.count_along(line)
        return process.json.loads(line, object_hook=process.ohook)

    return _next_message


class _Sent(NamedTuple):
    """A call whose answer is unread: how that begins, what was to be done, and where in the program."""

    answer: bytes
    what: str
    args: list[Any]
    file: str
    line: int


class _Pipeline:
    """The calls that one process was sent and has not answered yet."""

    def __init__(self, node_process: Any, process: Any) -> None:
        self._process, self._kinds = node_process, process
        self._unread: deque[_Sent] = deque()
        self._number: int | None = None  # of the next object; None if not known
        self._may_call_back = not _kernel_is_known()
        self._error: SynthesisError | None = None
        self._has_traces = self._kinds._stack_traces_enabled()  # noqa: SLF001  only a call that waits has them

        self.calls: dict[type, Callable[[Any], Any]] = {
            process.CreateRequest: self._create,
            process.InvokeRequest: self._invoke,
            process.LoadRequest: self._load,
            process.SetRequest: self._set,
        }

    # Each sends a call whose answer is known before the kernel gives it, and gives that; None for another.

    def _create(self, request: Any) -> Any:
        # A kernel that calls Python back reads what was sent meanwhile in the middle of a creation.
        self._may_call_back = self._may_call_back or bool(request.overrides)
        if self._number is None or self._may_call_back or self._has_traces:
            return None
        reference = f"{request.fqn}@{self._number}"
        self._send(request, b'{"ok":{"$jsii.byref":"%b"' % reference.encode(), request.fqn, request.args)
        self._number += 1
        return self._kinds.CreateResponse(ref=reference)

    def _set(self, request: Any) -> Any:
        if self._may_call_back or self._has_traces:
            return None
        self._send(request, _NOTHING, f"{_type(request)}.{request.property}", [])
        return self._kinds.SetResponse()

    def _invoke(self, request: Any) -> Any:
        kind = _type(request)
        is_known = request.method in _GIVE_NOTHING and kind.startswith(_OF_CDKTF)
        if not is_known or self._may_call_back or self._has_traces:
            return None
        self._send(request, _NOTHING, f"{kind}.{request.method}", [])
        return self._kinds.InvokeResponse()

    def _load(self, request: Any) -> Any:
        # Of a package that is no folder, jsii removes the file once it has the answer.
        if self._has_traces or not Path(request.tarball).with_name("__init__.py").exists():
            return None
        self._send(request, b'{"ok":{"assembly":"%b"' % request.name.encode(), request.name, [])
        return self._kinds.LoadResponse(assembly=request.name, types=0)  # jsii looks for nothing in it

    def _send(self, request: Any, answer: bytes, what: str, args: list[Any]) -> None:
        if self._error:
            raise self._error
        fields = self._process._serializer.unstructure(request)  # noqa: SLF001
        message = self._kinds.json.dumps(fields, default=self._kinds.jdefault)
        stream = self._process._process.stdin  # noqa: SLF001
        stream.write(b"%b\n" % message.encode())
        stream.flush()
        self._unread.append(_Sent(answer, what, args, *_line_of_the_program()))
        if len(self._unread) == _MOST:
            self._read(_MOST // 2)

    def read_answers(self) -> None:
        """Read what is unread. Raises SynthesisError if a call failed, also an earlier one."""
        if self._error:
            raise self._error
        self._has_traces = self._kinds._stack_traces_enabled()  # noqa: SLF001
        self._read(len(self._unread))

    def count_along(self, answer: bytes) -> None:
        """Note the numbers that an answer, or a call back, shows to have been given."""
        if answer.startswith(b'{"error"'):
            self._number = None  # it may have numbered something before it failed
        elif b"$jsii.byref" in answer:
            last = max(map(int, _REFERENCE.findall(answer)), default=-1)
            self._number = max(last + 1, self._number or 0)

    def _read(self, number: int) -> None:
        readline = self._process._process.stdout.readline  # noqa: SLF001
        for _ in range(number):
            sent, answer = self._unread.popleft(), readline()
            if not answer.startswith(sent.answer):
                self._fail(sent, answer)

    def _fail(self, sent: _Sent, answer: bytes) -> None:
        if not answer:
            raise SynthesisError([_ENDED])
        for _ in range(len(self._unread)):  # so that the kernel can be asked for the path
            self._process._process.stdout.readline()  # noqa: SLF001
        self._unread.clear()
        self._number = None
        said = json.loads(answer)
        what = said.get("error") or f"jsii's kernel answered {answer.decode().strip()[:200]}; {_OFF}"
        where = f"{os.path.relpath(sent.file)}, line {sent.line}" if sent.file else "an unknown line"
        self._error = SynthesisError([f"{_path(sent)}: {what}; made in {where}"])
        errors: Any = import_module("jsii.errors")
        raise self._error from errors.JavaScriptError(said.get("stack") or what)


def _path(sent: _Sent) -> str:
    """The path of a construct that was not made; else what was to be done."""
    scope, name = (*sent.args, None, None)[:2]
    if not hasattr(scope, "node") or not isinstance(name, str):
        return sent.what
    return "/".join(part for part in (scope.node.path, name) if part)


def _type(request: Any) -> str:
    return str(request.objref.ref.rpartition("@")[0])


_is_ours: dict[str, bool] = {}  # by file


def _line_of_the_program() -> tuple[str, int]:
    """File and line of the call, the nearest outside of jsii and generated code."""
    frame: FrameType | None = sys._getframe(3)  # noqa: SLF001
    while frame is not None:
        file = frame.f_code.co_filename
        is_ours = _is_ours.get(file)
        if is_ours is None:
            module = str(frame.f_globals.get("__name__"))
            is_ours = _is_ours[file] = _OURS.match(module) is not None
        if not is_ours:
            return file, frame.f_lineno
        frame = frame.f_back
    return "", 0


def _is_known(process: Any, node_process: Any) -> bool:
    functions = {name: getattr(node_process, name, None) for name in _KNOWN}
    return all(hasattr(process, name) for name in _NAMES) and all(
        callable(each) and [*signature(each).parameters] == _KNOWN[name] for name, each in functions.items()
    )


def _kernel_is_known() -> bool:
    if "JSII_RUNTIME" in os.environ:
        return False
    program = Path(str(import_module("jsii._embedded.jsii").__file__)).with_name(_PROGRAM)
    try:
        text = program.read_bytes()
    except OSError:
        return False
    return all(each.search(text) for each in (_NUMBERS, _REGISTERS))
