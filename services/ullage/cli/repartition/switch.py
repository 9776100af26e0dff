"""The proven layout put in place. Cut off anywhere, it is done again from its beginning."""

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.structs import OffsetAndMetadata

from ullage.cli import cluster
from ullage.cli.failure import Refused
from ullage.cli.progress import Steps
from ullage.cli.repartition import transport
from ullage.cli.repartition.compacted import move_layers
from ullage.cli.repartition.stage import LOGS, Sealed, Stage, staged
from ullage.engine.config import group_of
from ullage.topics import ALL, changelog_of

_READ_BY = {"ullage-shipments": "shipments", "ullage-builds": "builds", "movements": "ledger"}


def switch(
    bootstrap: str, admin: KafkaAdminClient, stage: Stage, sealed: Sealed, say: Steps
) -> None:
    """Replace the logs, and let the state follow from them.

    The changelogs go last: while they are there, with the former number of partitions, no
    worker starts on a layout that is not whole. Raises Refused.
    """
    for log in LOGS:
        say(f"putting {log} in place")
        _replace(bootstrap, stage, log, sealed.partitions)
    say("adding partitions to the topics of others")
    _grow(bootstrap, admin, sealed.partitions)
    move_layers(bootstrap, sealed.partitions)
    say("removing the former state and what was staged")
    for log, processed in sealed.processed.items():
        _set_offsets(admin, log, processed)
    for log, step in _READ_BY.items():
        stage.delete(changelog_of(step, log).name)
    stage.clear()


def _replace(bootstrap: str, stage: Stage, log: str, partitions: int) -> None:
    stage.delete(log)
    stage.create_topic(LOGS[log], partitions)
    ends = transport.ends(bootstrap, staged(log), partitions)
    writer = transport.Writer(bootstrap)
    for number, end in enumerate(ends):
        for record in transport.read(bootstrap, staged(log), number, 0, end):
            writer.write(log, record)
    writer.close()
    if transport.ends(bootstrap, log, partitions) != ends:
        raise Refused(f"{log} did not arrive whole; run the same command again")


def _set_offsets(admin: KafkaAdminClient, log: str, processed: list[int]) -> None:
    """Each new partition is read from behind what was processed.

    Not at once: the broker drops the offsets of a deleted topic a moment later.
    """
    group = group_of(_READ_BY[log])
    offsets = {
        TopicPartition(log, number): OffsetAndMetadata(offset, "", -1)
        for number, offset in enumerate(processed)
        if offset
    }
    if not offsets:
        return
    admin.alter_group_offsets(group, offsets)
    found = admin.list_group_offsets(group)[group]
    if any(found[place].offset != offset.offset for place, offset in offsets.items()):
        raise Refused(f"the offsets of {group} could not be set; run the same command again")


def _grow(bootstrap: str, admin: KafkaAdminClient, partitions: int) -> None:
    counts = cluster.partition_counts(bootstrap)
    few = [one.name for one in ALL if one.partitioned and counts[one.name] < partitions]
    if few:
        admin.create_partitions(dict.fromkeys(few, partitions))
