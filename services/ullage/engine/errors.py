"""Why an engine stops. Each says what happened, where, and what to do next."""

from ullage.step import Output, Record


class EngineError(Exception):
    """The engine cannot go on without risking a lost or doubled event; its process ends."""


class MissingTopic(EngineError):
    """An input topic does not exist."""

    def __init__(self, step: str, topic: str) -> None:
        self.step, self.topic = step, topic
        super().__init__(
            f"{step} reads the topic {topic}, which does not exist; create the topics "
            "(`ullage topics`) and start again"
        )


class PartitionCountChanged(EngineError):
    """An input topic has another number of partitions than the state kept for it."""

    def __init__(self, step: str, topic: str, partitions: int, kept: int) -> None:
        self.step, self.topic, self.partitions, self.kept = step, topic, partitions, kept
        super().__init__(
            f"{topic} has {partitions} partitions, the state {step} keeps for it was made for "
            f"{kept}: keys would meet another's state. To migrate, stop all workers and move "
            f"the keys: `ULLAGE_PARTITIONS={partitions} ullage topics --repartition`"
        )


class TopicReplaced(EngineError):
    """An input topic was deleted and made anew under the state of the former one."""

    def __init__(self, step: str, topic: str, changelog: str) -> None:
        self.step, self.topic, self.changelog = step, topic, changelog
        super().__init__(
            f"{topic} was deleted and created anew, {changelog} still holds what {step} knew "
            "of the former one; delete that changelog and the consumer group to begin anew, "
            "or bring the former topic back"
        )


class StateDisagrees(EngineError):
    """The group's offset and the changelog's marker, written as one, differ."""

    def __init__(
        self, changelog: str, partition: int, offset: int | None, marker: int | None
    ) -> None:
        self.changelog, self.partition = changelog, partition
        self.offset, self.marker = offset, marker
        super().__init__(
            f"{changelog}-{partition} ends with the marker {marker}, the group's committed "
            f"offset is {offset}: one of them was changed by hand, or the changelog lost "
            "records. Set the group's offset back to the marker; or, if the offset is right, "
            f"stop the workers and delete {changelog}: the state is rebuilt from the input"
        )


class StateLost(EngineError):
    """A changelog holds no state, and what it was made of is no longer whole."""

    def __init__(self, changelog: str, partition: int, offset: int, why: str) -> None:
        self.changelog, self.partition, self.offset = changelog, partition, offset
        super().__init__(
            f"{changelog}-{partition} holds no state, though the group has processed its input "
            f"up to offset {offset}: the changelog was deleted or made anew. It cannot be "
            f"rebuilt from the input: {why}. Restore the changelog and the input from a copy"
        )


class StateTooNew(EngineError):
    """The state was written by a newer version of the step."""

    def __init__(self, step: str, changelog: str, kept: int, known: int) -> None:
        self.step, self.changelog, self.kept, self.known = step, changelog, kept, known
        super().__init__(
            f"{changelog} has state of the form {kept}, which a newer version has written; "
            f"this one reads forms up to {known}. Start the newer version again; or, to stay "
            f"with this one, stop all workers of {step}, delete the topic {changelog}, and "
            "start: the state is rebuilt from its input"
        )


class RecordsGone(EngineError):
    """The next record to read is no longer, or not yet, in its topic."""

    def __init__(self, topic: str, partition: int, offset: int) -> None:
        self.topic, self.partition, self.offset = topic, partition, offset
        super().__init__(
            f"{topic}-{partition} has no offset {offset}: records were deleted before they "
            "were read, or the topic is another one; restore the topic, or begin anew"
        )


class StoreFull(EngineError):
    """The local store cannot be written; it is tried again, so the process goes on."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"the store {path} cannot be written ({reason}); nothing is lost: what is "
            "committed is in the changelog. Make room there; the worker goes on by itself"
        )


class StoreUnusable(EngineError):
    """The local store cannot be opened."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"the store {path} cannot be opened ({reason}); if no other process uses it, "
            "delete that directory: it is restored from the changelog"
        )


class ReservedKey(EngineError):
    """A step put the key the engine keeps for itself."""

    def __init__(self, step: str, key: bytes) -> None:
        self.step, self.key = step, key
        super().__init__(f"{step} put the key {key!r}, which the engine keeps for its marker")


class StepFailed(EngineError):
    """A step raised: a bug. Its partition stops at the record; nothing of its batch stays."""

    def __init__(self, step: str, record: Record, reason: str) -> None:
        self.step, self.record, self.reason = step, record, reason
        super().__init__(
            f"{step} failed at {record.topic}-{record.partition} offset {record.offset} key "
            f"{record.key!r}: {reason}. Nothing of the batch was kept; the record is tried "
            "again at the next start, with a version that can take it"
        )


class BatchRefused(EngineError):
    """The broker refused the same batch again and again."""

    def __init__(self, step: str, times: int, reason: str) -> None:
        self.step, self.times, self.reason = step, times, reason
        super().__init__(
            f"{step}: the transaction was aborted {times} times in a row, last by {reason}; "
            "nothing was lost. See that the output topics exist (`ullage topics`), take "
            "records as large as the inputs, and that the brokers are well; then start again"
        )


class OutputRefused(EngineError):
    """An output cannot be written: its topic is missing, or it is too large for any topic."""

    def __init__(self, step: str, output: Output, reason: str) -> None:
        self.step, self.output, self.reason = step, output, reason
        super().__init__(
            f"{step} cannot write to {output.topic}, key {output.key!r}, "
            f"{len(output.value or b'')} bytes: {reason}. Nothing of the batch was kept; see "
            "that the topic exists (`ullage topics`) and may be written to, then start again"
        )


class SessionLost(EngineError):
    """A client is of no more use: the broker shut it out; the next session begins anew."""

    def __init__(self, step: str, reason: str) -> None:
        self.step, self.reason = step, reason
        super().__init__(
            f"{step}: the broker ended this worker's session ({reason}); nothing is lost: "
            "what was not committed is read again"
        )


class Namesake(EngineError):
    """Another living worker has this worker's name; the one that finds out ends."""

    def __init__(self, step: str, worker: str) -> None:
        self.step, self.worker = step, worker
        super().__init__(
            f"{step}: another worker runs under the name {worker} and has taken this one's "
            "place; nothing is lost. Give each worker a name of its own (--name)"
        )


class SessionsLost(EngineError):
    """The broker ended one session after the other, and none of them committed anything."""

    def __init__(self, step: str, times: int, reason: str) -> None:
        self.step, self.times, self.reason = step, times, reason
        super().__init__(
            f"{step}: the broker ended {times} sessions in a row before they could commit, the "
            f"last one by: {reason}. Nothing is lost; see the broker's log, and that no other "
            "program uses this worker's transactional id; then start again"
        )


class Stopped(Exception):
    """The engine was told to stop while it waited for the broker; no error."""


class PortTaken(EngineError):
    """The port for health and metrics cannot be opened."""

    def __init__(self, port: int, reason: str) -> None:
        self.port, self.reason = port, reason
        super().__init__(
            f"port {port} for health and metrics cannot be opened ({reason}); "
            "give this process another one"
        )
