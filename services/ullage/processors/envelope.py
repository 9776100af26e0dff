"""Headers of output records: CloudEvents attributes, and the trace they belong to."""

from typing import Final

from ullage.step import Headers, Output

_SPECVERSION: Final = ("ce_specversion", b"1.0")
_SOURCE: Final = ("ce_source", b"ullage")
_CONTENT_TYPE: Final = ("content-type", b"application/json")


def attributes(sku: str | None, recorded_at: str, came_with: Headers) -> Headers:
    """Return the headers that all records made of one record share.

    `came_with` are its own headers: its `traceparent` is passed on.
    """
    shared: Headers = (_SPECVERSION, _SOURCE, ("ce_time", recorded_at.encode()), _CONTENT_TYPE)
    if sku is not None:
        shared = (*shared, ("ce_subject", sku.encode()))
    return shared + trace(came_with) if came_with else shared


def headers(record_id: str, kind: str, shared: Headers) -> Headers:
    """Return a record's headers (CloudEvents 1.0, Kafka binding, binary mode)."""
    return (("ce_id", record_id.encode()), ("ce_type", kind.encode()), *shared)


def record_id(output: Output) -> str:
    """Return the id that a record's headers give it."""
    return next(value for name, value in output.headers if name == "ce_id").decode()


def trace(came_with: Headers) -> Headers:
    """Return the `traceparent` among the headers, if there is one."""
    return tuple([header for header in came_with if header[0] == "traceparent"])
