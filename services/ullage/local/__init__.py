"""The local stack: a real broker and a real database behind `ullage up` and the tests."""

from ullage.local.broker import LocalBroker
from ullage.local.database import LocalDatabase
from ullage.local.errors import LocalError
from ullage.local.stack import Stack, stack

__all__ = ["LocalBroker", "LocalDatabase", "LocalError", "Stack", "stack"]
