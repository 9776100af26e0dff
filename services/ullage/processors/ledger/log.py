"""The log as the ledger reads it, and what makes a record the same again."""

from hashlib import blake2b
from typing import Final

import msgspec

from ullage.processors.ledger.logged import AnyLogged

_decoder: Final[msgspec.json.Decoder[AnyLogged]] = msgspec.json.Decoder(AnyLogged)
_fields: Final = msgspec.json.Decoder(dict[str, object])
_encode: Final = msgspec.json.Encoder().encode


def read(value: bytes) -> AnyLogged:
    """Decode one record of the log.

    Raises:
        msgspec.DecodeError: it is none; only a processor of this service writes there.
    """
    return _decoder.decode(value)


def digest(value: bytes) -> bytes:
    """Return what identifies a movement's content, whenever it was recorded (domain 9, 104).

    Movements are canonical JSON: a retransmission differs in `recorded_at` alone. The bare
    quotes of the key cannot stand inside a JSON string, so the first match is the field.
    """
    start = value.find(b',"recorded_at":"')
    if start < 0:  # written anew by someone's tool: bring it back to the log's form
        return digest(_encode(_fields.decode(value)))
    end = value.index(b'"', start + 16)
    return blake2b(value[:start] + value[end:], digest_size=16).digest()
