"""Manufacturing orders: goods produced at what their components cost (domain 6)."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

import msgspec

from ullage import topics
from ullage.processors import in_force
from ullage.processors.admission import admit_forwarded, not_supported
from ullage.processors.builds.orders import OpenBuilds, Produced, Productions, Progress
from ullage.processors.builds.production import produce
from ullage.processors.documents import Documents
from ullage.processors.identity import movement_id
from ullage.processors.internal import Consumed
from ullage.processors.refuse import dead_letter
from ullage.processors.text import micro
from ullage.processors.wire import body_of, movement
from ullage.step import Occurrence, Output, Record, Store
from ullage_schemas.inputs import Build, InputEvent, Policy


class _Typed(msgspec.Struct, frozen=True):
    type: object = None


_answer: Final = msgspec.json.Decoder(Consumed)
_typed: Final = msgspec.json.Decoder(_Typed)


class Builds:
    """Builds in, a consumption a component out; their costs in, productions out.

    A build is taken whole or refused whole. A component that the ledger refuses counts zero,
    and production goes on.
    """

    name = "builds"
    inputs = (topics.BUILDS_LOG.name,)
    keeps_state = True
    state_format = 1

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        """Take one batch of one partition, in order."""
        for record in records:
            if _is_answer(record.value or b""):
                yield from _take_answer(store, record)
            else:
                yield from admit_forwarded(record, partial(_accept, store))


def _accept(store: Store, record: Record, event: InputEvent) -> Sequence[Output | Occurrence]:
    if isinstance(event, Policy):
        return in_force.adopt(store, event)
    if not isinstance(event, Build):
        raise not_supported(event)
    policy, of = in_force.read(store), f"order {event.order_id}"
    documents = Documents(store, of)
    documents.check_age(record, event, policy.keep_months)
    if documents.came_before(event):
        return _again(store, record, event)
    documents.remember(event)
    in_force.note_money(store, policy)
    if not event.consume:
        return _produce(store, record, event, Progress(0), [])
    return _consume(store, record, event)


def _again(store: Store, record: Record, build: Build) -> Sequence[Output | Occurrence]:
    """Write a build's productions as they were: the ledger takes those it has refused."""
    made = Productions(store).of(_named(build))
    if made is None:
        again = f"The build {build.id} of order {build.order_id} came again and was ignored."
        return (Occurrence("duplicate", None, again),)
    return produce(record, build, made.cost, list(made.refused), made.minor_unit)


def _produce(
    store: Store, record: Record, build: Build, cost: Progress, refused: list[str]
) -> list[Output]:
    """Produce at what the components came to, and keep that: it may have to be said again."""
    minor_unit = in_force.read(store).minor_unit
    Productions(store).keep(_named(build), Produced(cost, tuple(refused), minor_unit))
    return produce(record, build, cost, refused, minor_unit)


def _consume(store: Store, record: Record, build: Build) -> list[Output]:
    made, ids = [], _consumptions(build)
    for component, consumption in zip(build.consume, ids, strict=True):
        fields = {
            "order_id": build.order_id,
            **component.model_dump(mode="json", exclude={"sku"}),
        }
        made.append(movement(record, build, consumption, component.sku, fields, "consumption"))
    OpenBuilds(store).open(_named(build), build.order_id, record, ids)
    return made


def _consumptions(build: Build) -> list[str]:
    """Return the ids of the build's consumptions, in its order."""
    return [
        movement_id(build.source, build.id, component.sku, build.order_id, place)
        for place, component in enumerate(build.consume)
    ]


def _named(build: Build) -> str:
    return "\x1f".join((build.order_id, build.source, build.id))


def _is_answer(value: bytes) -> bool:
    try:
        return _typed.decode(value).type == "consumed"
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False


def _take_answer(store: Store, record: Record) -> Iterator[Output | Occurrence]:
    try:
        answer = _answer.decode(record.value or b"")
        amounts = micro(answer.amount), micro(answer.posted_amount)
    except (msgspec.MsgspecError, ValueError) as error:
        yield from dead_letter(record, f"This is no answer of the ledger: {error}.")
        return
    waiting = OpenBuilds(store)
    build = waiting.of(answer.order_id, answer.movement_id)
    if build is None:
        again = f"The cost of {answer.sku} in order {answer.order_id} is known already."
        yield Occurrence("duplicate", answer.sku, again)
        return
    waiting.answer(answer.order_id, answer.movement_id, refused=answer.refused)
    was = waiting.progress(build)
    now = Progress(was.waiting - 1, was.amount + amounts[0], was.posted + amounts[1])
    waiting.advance(build, now)
    if not now.waiting:
        yield from _complete(store, waiting.close(build, record), now)


def _complete(store: Store, record: Record, cost: Progress) -> list[Output]:
    """All components are costed: the goods take what they came to."""
    build = Build.model_validate(body_of(record))
    waiting = OpenBuilds(store)
    refused = [
        component.sku
        for component, consumption in zip(build.consume, _consumptions(build), strict=True)
        if waiting.take_refusal(build.order_id, consumption)
    ]
    return _produce(store, record, build, cost, refused)
