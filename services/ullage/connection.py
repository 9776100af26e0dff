"""How the clients of workers find a broker again that was away."""

from typing import Final

CONNECTION: Final[dict[str, str | int]] = {
    # The default forgets all brokers when the last connection is cut (rebootstrap); a consumer
    # that had none for a moment then fetches nothing for minutes, and says nothing.
    "metadata.recovery.strategy": "none",
    # A broker that stands still takes connections and says nothing. With 30 s, the default, a
    # client that had tried twice did not try again for a minute after the broker was back.
    "socket.connection.setup.timeout.ms": 5_000,
}
"""Settings of librdkafka."""

PATIENCE_SECONDS: Final = 10.0
"""How long a consumer that finds no broker is kept; then its owner takes another.

A broker that stood still may for a moment answer that its cluster has no brokers. librdkafka
then drops the only one it knew, and never finds it again.
"""
