"""A consumer group's coordinator: static members, cooperative rebalances, offsets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException

from tests.simulation.log import Clock, Outcome, PartitionLog, Place, Transaction

SESSION_SECONDS = 6.0


class Metadata(NamedTuple):
    """What a consumer says of its membership; a nameless one is not checked."""

    group: str
    member: str
    generation: int
    instance: str | None


@dataclass(eq=False)
class Member:
    """One consumer in a group; `owned` is what it has been told and has not given back."""

    id: str
    instance: str | None
    topics: list[str]
    owned: list[Place] = field(default_factory=list)
    silent_since: float | None = None


class Group:
    """Who reads what, and how far. A partition has a new owner when the old one let go."""

    def __init__(
        self, name: str, topics: Mapping[str, list[PartitionLog]], chance: Random, clock: Clock
    ) -> None:
        self.name = name
        self.offsets: dict[Place, int] = {}
        self.members: dict[str, Member] = {}
        self.generation = 0
        self._topics, self._chance, self._clock = topics, chance, clock
        self._target: dict[Place, Member] = {}
        self._pending: dict[Transaction, dict[Place, int]] = {}
        self._born = 0

    def join(self, instance: str | None, topics: list[str]) -> Member:
        """Take a member in; a static one takes over from its namesake without a rebalance."""
        self._born += 1
        member = Member(f"m{self._born}", instance, topics)
        slot = instance or member.id
        former = self.members.get(slot)
        self.members[slot] = member
        if former is None:
            self.rebalance()
        for place, owner in self._target.items():
            if owner is former:
                self._target[place] = member
        return member

    def has(self, member: Member) -> bool:
        return self.members.get(member.instance or member.id) is member

    def replaced(self, member: Member) -> bool:
        """Whether a namesake has taken over."""
        return not self.has(member) and member.instance in self.members

    def expel(self, member: Member) -> None:
        if self.has(member):
            del self.members[member.instance or member.id]
            self.rebalance()

    def rebalance(self) -> None:
        """Give every partition to some member, mostly the one that has it."""
        self.generation += 1
        members = list(self.members.values())
        if not members:
            return self._target.clear()
        for topic in members[0].topics:
            for log in self._topics[topic]:
                owner = self._target.get(log.place)
                if owner not in members or self._chance.random() < 0.3:
                    self._target[log.place] = self._chance.choice(members)
        return None

    def revoked(self, member: Member) -> list[Place]:
        """What a member has to give back."""
        return [place for place in member.owned if self._target.get(place) is not member]

    def given(self, member: Member) -> list[Place]:
        """What a member may have: partitions nobody holds any more."""
        held = {place for other in self.members.values() for place in other.owned}
        mine = [place for place, owner in self._target.items() if owner is member]
        return [place for place in mine if place not in held]

    def metadata(self, member: Member) -> Metadata:
        """What a consumer's client would say now; shut out, it has forgotten its name."""
        if self.has(member):
            return Metadata(self.name, member.id, self.generation, member.instance)
        return Metadata(self.name, "", -1, member.instance)

    def check(self, said: Metadata) -> None:
        """Refuse who is no longer a member: its partitions are another's."""
        if not said.member and said.generation < 0 and said.instance is None:
            return
        known = self.members.get(said.instance or said.member)
        if known is None:
            raise _refused(KafkaError.UNKNOWN_MEMBER_ID)
        if known.id != said.member:
            raise _refused(KafkaError.FENCED_INSTANCE_ID, fatal=True)
        if said.generation != self.generation:
            raise _refused(KafkaError.ILLEGAL_GENERATION)

    def add(self, transaction: Transaction, offsets: dict[Place, int]) -> None:
        self._pending.setdefault(transaction, {}).update(offsets)

    def awaits(self, transaction: Transaction) -> bool:
        return transaction in self._pending

    def settle(self, transaction: Transaction, now: int) -> None:
        offsets = self._pending.pop(transaction)
        if transaction.outcome is Outcome.COMMITTED:
            self.offsets.update(offsets)

    def unstable(self, place: Place) -> bool:
        """Whether a transaction may yet move a partition's offset."""
        return any(place in offsets for offsets in self._pending.values())

    def tick(self) -> None:
        for member in list(self.members.values()):
            since = member.silent_since
            if since is not None and self._clock.seconds - since > SESSION_SECONDS:
                self.expel(member)


def _refused(code: int, fatal: bool = False) -> KafkaException:
    return KafkaException(KafkaError(code, "shut out", fatal, False, not fatal))
