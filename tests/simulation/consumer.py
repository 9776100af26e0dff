"""confluent_kafka.Consumer as the engine and the sink use it, on the cluster in memory."""

from collections.abc import Callable, Iterator

from confluent_kafka import OFFSET_BEGINNING, KafkaError, TopicPartition

from tests.simulation.broker import error
from tests.simulation.group import Member, Metadata
from tests.simulation.life import FATAL, RETRIABLE, Life
from tests.simulation.log import Message, Place
from ullage.engine.config import ClientSettings

Callback = Callable[["Consumer", list[TopicPartition]], None]
_MOST = (3, 30, 300)


class Consumer:
    """A reader: of what its group gives it, or of what it is told to read."""

    def __init__(self, life: Life, config: ClientSettings) -> None:
        self._life, self._broker, self._chance = life, life.world.broker, life.world.chance
        self._group = self._broker.group(str(config["group.id"]))
        instance = config.get("group.instance.id")
        self._instance = None if instance is None else str(instance)
        self._committed_only = config["isolation.level"] == "read_committed"
        self._member: Member | None = None
        self._topics: list[str] = []
        self._position: dict[Place, int] = {}
        self._told_end: dict[Place, int] = {}
        self._ready: list[Message] = []

    def subscribe(
        self, topics: list[str], on_assign: Callback, on_revoke: Callback, on_lost: Callback
    ) -> None:
        self._topics = topics
        self._on_assign, self._on_revoke, self._on_lost = on_assign, on_revoke, on_lost

    def poll(self, timeout: float) -> Message | None:
        """One of what `consume` hands out; the next call has the rest."""
        first, *self._ready = [*self.consume(1, timeout), None]
        self._ready = [one for one in self._ready if one is not None]
        return first

    def consume(self, count: int, timeout: float) -> list[Message]:
        """Hand out some records and events; rebalances are told before, or in between."""
        self._life.pass_by("consume")
        self._broker.clock.seconds += timeout * self._chance.random()
        self._broker.tick()
        trouble = self._trouble()
        if self._topics and self._chance.random() < 0.5:
            trouble += self._serve()
        made, self._ready = self._ready + trouble, []
        made += self._fetch(min(count, self._chance.randint(1, self._chance.choice(_MOST))))
        if self._topics:
            made += self._serve()
        if not made:
            self._broker.clock.seconds += 0.5 * self._chance.random()
        return made

    def incremental_assign(self, given: list[TopicPartition]) -> None:
        for one in given:
            self._seek(one)

    def incremental_unassign(self, taken: list[TopicPartition]) -> None:
        for one in taken:
            if (one.topic, one.partition) not in self._position:
                raise error(KafkaError._INVALID_ARG)
            self._forget((one.topic, one.partition))

    def assign(self, given: list[TopicPartition]) -> None:
        self._position.clear()
        self.incremental_assign(given)

    def unassign(self) -> None:
        self._position.clear()

    def seek(self, to: TopicPartition) -> None:
        if (to.topic, to.partition) not in self._position:
            raise error(KafkaError._STATE)
        self._seek(to)

    def consumer_group_metadata(self) -> Metadata:
        assert self._member is not None
        return self._group.metadata(self._member)

    def commit(self, offsets: list[TopicPartition]) -> None:
        self._group.offsets.update({(at.topic, at.partition): at.offset for at in offsets})

    def get_watermark_offsets(
        self, of: TopicPartition, timeout: float = 0, cached: bool = False
    ) -> tuple[int, int]:
        if not cached:
            self._life.call("bounds", lambda: None, RETRIABLE)
        return 0, self._broker.log((of.topic, of.partition)).end

    def list_topics(self, topic: str | None = None, timeout: float = 0) -> None:
        self._life.call("list", lambda: None, RETRIABLE)

    def close(self) -> None:
        """Leave; a static member stays in the group until it is missed."""
        member, self._member = self._member, None
        if member is not None:
            self._life.members = []
            member.silent_since = self._broker.clock.seconds
            if self._instance is None:
                self._group.expel(member)
        self._position.clear()

    def _trouble(self) -> list[Message]:
        if self._chance.random() >= self._life.world.rates.failure:
            return []
        if self._instance and self._chance.random() < 0.1:
            return [Message((None, None), error=error(KafkaError._FATAL, FATAL).args[0])]
        code = self._chance.choice([KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT])
        return [Message((None, None), error=error(code).args[0])]

    def _serve(self) -> list[Message]:
        """Tell what the group has decided; what is lost is told when all is over."""
        if self._member is None:
            return self._join()
        group, member = self._group, self._member
        if group.replaced(member):
            fenced = error(KafkaError.FENCED_INSTANCE_ID, FATAL).args[0]
            return [Message((None, None), error=fenced)]
        if not group.has(member):
            self._on_lost(self, _partitions(member.owned))
            late = error(KafkaError._MAX_POLL_EXCEEDED).args[0]
            return [Message((None, None), error=late), *self._join()]
        if revoked := group.revoked(member):
            self._on_revoke(self, _partitions(revoked))
            member.owned = [place for place in member.owned if place not in revoked]
        if given := [one for one in group.given(member) if one not in member.owned]:
            member.owned += given
            self._on_assign(self, _partitions(given))
        return []

    def memberid(self) -> str | None:
        return self._member.id if self._member else None

    def _join(self) -> list[Message]:
        self._member = self._group.join(self._instance, self._topics)
        self._life.members = [self._member]
        return []

    def _seek(self, to: TopicPartition) -> None:
        place = to.topic, to.partition
        self._forget(place)
        self._position[place] = 0 if to.offset == OFFSET_BEGINNING else to.offset

    def _forget(self, place: Place) -> None:
        """Drop what was fetched ahead, as the client does with what a seek made stale."""
        self._position.pop(place, None)
        self._told_end.pop(place, None)
        self._ready = [one for one in self._ready if (one.topic(), one.partition()) != place]

    def _fetch(self, count: int) -> Iterator[Message]:
        places = sorted(self._position)
        self._chance.shuffle(places)
        for place in places:
            for message in self._fetch_of(place, count):
                count -= message.error() is None
                yield message
            if count <= 0:
                return

    def _fetch_of(self, place: Place, count: int) -> Iterator[Message]:
        log, start = self._broker.log(place), self._position[place]
        end = log.stable_end if self._committed_only else log.end
        if start > log.end:
            yield Message(
                place, error=error(KafkaError._AUTO_OFFSET_RESET).args[0], offset=start
            )
            return
        for taken, entry in enumerate(log.read(start, end, self._committed_only)):
            if taken == count:
                return
            self._position[place] = entry.offset + 1
            yield Message(place, entry)
        self._position[place] = max(start, end)
        if self._told_end.get(place) != end:
            self._told_end[place] = end
            yield Message(place, error=error(KafkaError._PARTITION_EOF).args[0], offset=end)


def _partitions(places: list[Place]) -> list[TopicPartition]:
    return [TopicPartition(*place) for place in places]
