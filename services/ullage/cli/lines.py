"""Records of a topic as lines of text."""

import base64
from collections.abc import Iterable

import msgspec

from ullage import topics

_JSON = msgspec.json.Decoder(msgspec.Raw)


def line(
    topic: str, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes]]
) -> bytes:
    """A record as one line: a JSON value as it came, byte for byte; anything else described.

    Dead letters are always described, for why they are dead is in their headers.
    """
    if value is not None and topic != topics.DEAD_LETTERS.name and _is_json(value):
        # A line break outside a string is white space, and inside one it is not JSON.
        return value.replace(b"\r", b" ").replace(b"\n", b" ")
    described = {
        **_described("key", key),
        **_described("value", value),
        "headers": {name: _text(content) for name, content in headers},
    }
    return msgspec.json.encode(described)


def _is_json(value: bytes) -> bool:
    try:
        value.decode()
        _JSON.decode(value)
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        return False
    return True


def _described(name: str, content: bytes | None) -> dict[str, str | None]:
    """Text as text; bytes that are none in base 64, under a name that says so."""
    if content is None:
        return {name: None}
    try:
        return {name: content.decode()}
    except UnicodeDecodeError:
        return {f"{name}_base64": base64.b64encode(content).decode()}


def _text(content: bytes) -> str:
    return content.decode(errors="backslashreplace")
