"""Headers of output records: CloudEvents attributes, and the trace they belong to."""

from typing import Final

from ullage.step import Headers

_SPECVERSION: Final = ("ce_specversion", b"1.0")
_SOURCE: Final = ("ce_source", b"ullage")
_CONTENT_TYPE: Final = ("content-type", b"application/json")


def headers(
    record_id: str, kind: str, sku: str | None, recorded_at: str, came_with: Headers
) -> Headers:
    """Return the headers of a record (CloudEvents 1.0, Kafka binding, binary mode).

    `came_with` are those of the record behind it: its `traceparent` is passed on.
    """
    attributes: Headers = (
        _SPECVERSION,
        ("ce_id", record_id.encode()),
        ("ce_type", kind.encode()),
        _SOURCE,
        ("ce_time", recorded_at.encode()),
        _CONTENT_TYPE,
    )
    if sku is not None:
        attributes = (*attributes, ("ce_subject", sku.encode()))
    return attributes + trace(came_with) if came_with else attributes


def trace(came_with: Headers) -> Headers:
    """Return the `traceparent` among the headers, if there is one."""
    return tuple(header for header in came_with if header[0] == "traceparent")
