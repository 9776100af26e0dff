"""The toy job on Quix Streams: count per key, say the count. Runs in an environment of its own.

Its arguments: brokers, group, input topic, output topic, state directory. Exactly once, its own
RocksDB state with a changelog, its default commit interval.
"""

import sys

from quixstreams import Application, State


def count(value: bytes, state: State) -> bytes:
    total: int = state.get("count", 0) + int(value)
    state.set("count", total)
    return b"%d" % total


def main(brokers: str, group: str, source: str, target: str, directory: str) -> None:
    app = Application(
        broker_address=brokers,
        consumer_group=group,
        processing_guarantee="exactly-once",
        auto_offset_reset="earliest",
        state_dir=directory,
        loglevel="WARNING",
    )
    numbers = app.topic(source, key_deserializer="bytes", value_deserializer="bytes")
    counted = app.topic(target, key_serializer="bytes", value_serializer="bytes")
    frame = app.dataframe(numbers)
    frame.apply(count, stateful=True).to_topic(counted)
    app.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
