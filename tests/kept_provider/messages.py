"""What of Terraform's calls is read or changed. Pure.

Their wire format: Protocol Buffers, "Encoding"; their fields: Terraform,
`docs/plugin-protocol/tfplugin5.9.proto`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set

# Of the message GetProviderSchema.Response: two maps, by the name of the type.
_RESOURCES, _DATA_SOURCES = 2, 3
# Of the message Configure.Request.
_CONFIGURATION = 2
# The type of resource, in an entry of these maps and in a request about one.
_NAME = 1
# Of the message PlanResourceChange.Request: what Terraform can do, not the same in a plan and an apply.
_CAPABILITIES = 7
_VARINT, _LENGTH_DELIMITED = 0, 2


Change = Callable[[bytes], bytes | None]


def with_schemas(answer: bytes, types: Set[str], changes: Mapping[str, Change] | None = None) -> bytes:
    """An answer of GetSchema, without the schemas of other types, and with those of some types changed.

    Raises ValueError for what is no such message.
    """

    def of_types(entry: bytes) -> bytes | None:
        return entry if type_name(entry) in types else None

    def of_resources(entry: bytes) -> bytes | None:
        change = (changes or {}).get(type_name(entry), of_types)
        return change(entry)

    return with_fields(answer, {_RESOURCES: of_resources, _DATA_SOURCES: of_types})


def with_fields(message: bytes, changes: Mapping[int, Change]) -> bytes:
    """A message with the content of some fields changed; None leaves a field out."""
    whole = memoryview(message)
    parts: list[bytes | memoryview] = []
    for number, start, content, end in _fields(whole):
        if number not in changes:
            parts.append(whole[start:end])
        elif (changed := changes[number](bytes(whole[content:end]))) is not None:
            parts += [_written(number << 3 | _LENGTH_DELIMITED), _written(len(changed)), changed]
    return b"".join(parts)


def configuration(request: bytes) -> bytes:
    """What a provider block says, of a request of Configure."""
    return b"".join(_contents(request, _CONFIGURATION))


def without_capabilities(request: bytes) -> bytes:
    """A request of PlanResourceChange as of a Terraform that tells nothing of itself."""
    return with_fields(request, {_CAPABILITIES: lambda _: None})


def type_name(message: bytes) -> str:
    """What an entry of a schema or of a nested block, or a request about a resource, names; else nothing."""
    return next(_contents(message, _NAME), b"").decode(errors="replace")


def _contents(message: bytes, wanted: int) -> Iterator[bytes]:
    whole = memoryview(message)
    return (bytes(whole[content:end]) for number, _, content, end in _fields(whole) if number == wanted)


def _fields(message: memoryview) -> Iterator[tuple[int, int, int, int]]:
    """Of each field its number, where it starts, where its content does, and its end."""
    start = 0
    while start < len(message):
        tag, at = _varint(message, start)
        if tag & 7 == _LENGTH_DELIMITED:
            length, at = _varint(message, at)
            end = at + length
        elif tag & 7 == _VARINT:
            _, end = _varint(message, at)
        else:
            raise ValueError(f"a field of wire type {tag & 7}, which the protocol has none of")
        yield tag >> 3, start, at, end
        start = end


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _written(number: int) -> bytes:
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])
