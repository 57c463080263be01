"""What of Terraform's calls is read or changed. Pure.

Their wire format: Protocol Buffers, "Encoding"; their fields: Terraform,
`docs/plugin-protocol/tfplugin5.9.proto`.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

# Of the message GetProviderSchema.Response: two maps, by the name of the type.
_RESOURCES, _DATA_SOURCES = 2, 3
# Of the message Configure.Request.
_CONFIGURATION = 2
# The type of resource, in an entry of these maps and in a request about one.
_NAME = 1
_VARINT, _LENGTH_DELIMITED = 0, 2


def with_schemas(answer: bytes, types: Set[str]) -> bytes:
    """An answer of GetSchema, without the schemas of other types of resources and data sources.

    Raises ValueError for what is no such message.
    """
    whole = memoryview(answer)
    return b"".join(
        whole[start:end]
        for number, start, content, end in _fields(whole)
        if number not in (_RESOURCES, _DATA_SOURCES) or type_name(whole[content:end]) in types
    )


def configuration(request: bytes) -> bytes:
    """What a provider block says, of a request of Configure."""
    whole = memoryview(request)
    return b"".join(
        whole[content:end] for number, _, content, end in _fields(whole) if number == _CONFIGURATION
    )


def type_name(message: bytes | memoryview) -> str:
    """The type that an entry of a schema, or a request about a resource, is about."""
    whole = memoryview(message)
    return next(
        bytes(whole[content:end]).decode() for number, _, content, end in _fields(whole) if number == _NAME
    )


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
