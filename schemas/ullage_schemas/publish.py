"""JSON Schema of every record, one file each, and the AsyncAPI document over them."""

import json

import yaml
from pydantic import JsonValue

from ullage_schemas.channels import CHANNELS, Channel

Schema = dict[str, JsonValue]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_CLOUD_EVENTS = (
    "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "content-type",
    "traceparent",
)  # fmt: skip
_DEAD_LETTER = (
    "error", "source_topic", "source_partition", "source_offset", "failed_at", "traceparent",
)  # fmt: skip


def schemas() -> dict[str, Schema]:
    """The JSON Schema of every record, by the name of its file: `input.sale`, `output.cogs`."""
    return {
        f"{channel.direction}.{name}": {
            "$schema": DIALECT,
            "$id": f"urn:ullage:{channel.direction}.{name}",
            **_terse(model.model_json_schema()),
        }
        for channel in CHANNELS
        for name, model in channel.models.items()
    }


def _terse(schema: Schema) -> Schema:
    return {key: _without_noise(key, value) for key, value in schema.items() if key != "title"}


def _without_noise(key: str, value: JsonValue) -> JsonValue:
    """Drop what no reader needs: a title that repeats the name, a null default."""
    if key in ("properties", "$defs") and isinstance(value, dict):
        return {name: _without_noise("", part) for name, part in value.items()}
    if isinstance(value, dict):
        noise = {"title"} | ({"default"} if value.get("default", "") is None else set())
        return {
            name: _without_noise(name, part)
            for name, part in value.items()
            if name not in noise
        }
    if isinstance(value, list):
        return [_without_noise("", part) for part in value]
    return value


def asyncapi(version: str) -> Schema:
    """The AsyncAPI 3.0 document: every topic a channel, with its key and its records."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "ullage",
            "version": version,
            "description": "Stock pulls, sales and receipts in; cost layers and COGS out.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {channel.topic: _channel(channel) for channel in CHANNELS},
        "operations": {
            f"{_ACTION[channel.direction]}-{channel.topic}": {
                "action": _ACTION[channel.direction],
                "channel": {"$ref": f"#/channels/{channel.topic}"},
            }
            for channel in CHANNELS
        },
    }


_ACTION = {"input": "receive", "movement": "send", "output": "send"}


def _channel(channel: Channel) -> Schema:
    messages: Schema = {name: _message(channel, name) for name in channel.models}
    return {
        "address": channel.topic,
        "messages": messages or {"dead_letter": _dead_letter(channel)},
    }


def _message(channel: Channel, name: str) -> Schema:
    message: Schema = {
        "payload": {"$ref": f"./json/{channel.direction}.{name}.json"},
        "bindings": _key(channel),
    }
    return (
        message
        if channel.direction == "input"
        else {"headers": _headers(_CLOUD_EVENTS), **message}
    )


def _dead_letter(channel: Channel) -> Schema:
    return {
        "summary": "What could not be read, byte for byte.",
        "contentType": "application/octet-stream",
        "headers": _headers(_DEAD_LETTER),
        "bindings": _key(channel),
    }


def _headers(names: tuple[str, ...]) -> Schema:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}}


def _key(channel: Channel) -> Schema:
    return {"kafka": {"key": {"type": "string", "description": f"UTF-8: {channel.key}"}}}


def files(version: str) -> dict[str, str]:
    """Every published file by its path under `schemas/`, as text."""
    published = {
        f"json/{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas().items()
    }
    document = yaml.safe_dump(asyncapi(version), sort_keys=False, allow_unicode=True, width=96)
    return {**published, "asyncapi.yaml": document}
