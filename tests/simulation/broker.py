"""A Kafka cluster in memory, as far as the engine sees: transactions, epochs, fencing."""

from random import Random

from confluent_kafka import KafkaError, KafkaException

from tests.simulation.group import Group, Metadata
from tests.simulation.log import Clock, Entry, Outcome, PartitionLog, Place, Transaction
from ullage.step import Headers

TRANSACTION_SECONDS = 10.0


def error(code: int, kind: str = "") -> KafkaException:
    """A client's error as librdkafka marks it: `retriable`, `abortable`, `fatal` or neither."""
    flags = kind == "fatal", kind == "retriable", kind == "abortable"
    return KafkaException(KafkaError(code, f"simulated {kind}", *flags))


class Writer:
    """What the cluster knows of one transactional.id."""

    def __init__(self) -> None:
        self.epoch = -1
        self.open: Transaction | None = None
        self.unsettled: list[PartitionLog | Group] = []
        self.last: Transaction | None = None


class Broker:
    """Topics, transactional writers and consumer groups of a cluster."""

    def __init__(self, chance: Random, clock: Clock) -> None:
        self.chance, self.clock = chance, clock
        self.topics: dict[str, list[PartitionLog]] = {}
        self.compacted: list[str] = []
        self.made: dict[str, int] = {}
        self.groups: dict[str, Group] = {}
        self.writers: dict[str, Writer] = {}

    def create(self, topic: str, partitions: int, compacted: bool = False) -> None:
        if compacted and topic not in self.compacted:
            self.compacted.append(topic)
        self.made[topic] = self.made.get(topic, 0) + 1
        self.topics[topic] = [PartitionLog(topic, number) for number in range(partitions)]

    def log(self, place: Place) -> PartitionLog:
        return self.topics[place[0]][place[1]]

    def group(self, name: str) -> Group:
        if name not in self.groups:
            self.groups[name] = Group(name, self.topics, self.chance, self.clock)
        return self.groups[name]

    def start_writer(self, name: str) -> int:
        """Shut out every former writer of that name, and abort what it left open."""
        writer = self.writers.setdefault(name, Writer())
        if writer.open is not None:
            self._decide(writer, Outcome.ABORTED)
        self._settle(writer)
        writer.epoch += 1
        return writer.epoch

    def write(
        self, name: str, epoch: int, place: Place,
        key: bytes | None, value: bytes | None, headers: Headers,
    ) -> Entry:  # fmt: skip
        transaction = self._transaction(self._writer(name, epoch))
        now = self.clock.milliseconds
        return self.log(place).append(now, key, value, headers, transaction)

    def add_offsets(
        self, name: str, epoch: int, offsets: dict[Place, int], member: Metadata
    ) -> None:
        """Take a group's offsets into the transaction, unless the member is shut out."""
        writer = self._writer(name, epoch)
        group = self.group(member.group)
        group.check(member)
        group.add(self._transaction(writer), offsets)

    def end(self, name: str, epoch: int, outcome: Outcome) -> None:
        """Commit or abort; the answer may have been lost, so once more is no error."""
        writer = self._writer(name, epoch)
        if writer.open is not None:
            self._decide(writer, outcome)
        elif outcome is Outcome.COMMITTED and writer.last and not writer.last.is_committed:
            raise error(KafkaError.INVALID_TXN_STATE, "fatal")

    def tick(self) -> None:
        """What happens by itself: markers arrive, timeouts pass, who is silent is shut out."""
        for writer in self.writers.values():
            if writer.unsettled and self.chance.random() < 0.3:
                self._settle(writer, some=True)
            if writer.open is not None and self._is_late(writer.open):
                self._decide(writer, Outcome.ABORTED)
                writer.epoch += 1
        for group in self.groups.values():
            group.tick()

    @property
    def quiet(self) -> bool:
        """Whether no transaction is open or on its way."""
        return not any(one.open or one.unsettled for one in self.writers.values())

    def _is_late(self, transaction: Transaction) -> bool:
        return self.clock.seconds - transaction.began > TRANSACTION_SECONDS

    def _writer(self, name: str, epoch: int) -> Writer:
        writer = self.writers[name]
        if writer.epoch != epoch:
            raise error(KafkaError._FENCED, "fatal")
        return writer

    def _transaction(self, writer: Writer) -> Transaction:
        if writer.open is None:
            self._settle(writer)  # the next one has to wait for it
            writer.open = Transaction(self.clock.seconds)
        return writer.open

    def _decide(self, writer: Writer, outcome: Outcome) -> None:
        if writer.open is None:
            return
        transaction, writer.open = writer.open, None
        writer.last, transaction.outcome = transaction, outcome
        groups = [group for group in self.groups.values() if group.awaits(transaction)]
        writer.unsettled = [*transaction.touched, *groups]
        self.chance.shuffle(writer.unsettled)
        self._settle(writer, some=True)

    def _settle(self, writer: Writer, some: bool = False) -> None:
        """Tell the partitions, and the groups, how the last transaction ended; or some."""
        while writer.unsettled and writer.last is not None:
            if some and self.chance.random() < 0.4:
                return
            writer.unsettled.pop().settle(writer.last, self.clock.milliseconds)
