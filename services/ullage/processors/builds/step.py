"""Manufacturing orders: goods produced at what their components cost (domain 6)."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

import msgspec

from ullage import topics
from ullage.processors import in_force
from ullage.processors.admission import admit_forwarded, not_supported, take_once
from ullage.processors.builds.orders import Json, OpenBuilds, Productions, Progress
from ullage.processors.builds.production import costs_of
from ullage.processors.documents import Documents, Places
from ullage.processors.identity import movement_id
from ullage.processors.internal import Consumed
from ullage.processors.refuse import dead_letter
from ullage.processors.text import micro
from ullage.processors.wire import body_of, movement
from ullage.step import Occurrence, Output, Record, Store
from ullage_schemas.inputs import Build, InputEvent, Policy
from ullage_schemas.inputs.manufacturing import Component, Product


class _Typed(msgspec.Struct, frozen=True):
    type: object = None


_answer: Final = msgspec.json.Decoder(Consumed)
_typed: Final = msgspec.json.Decoder(_Typed)


class Builds:
    """Builds in, a consumption a component out; their costs in, productions out.

    A build is taken whole or refused whole. A component that the ledger refuses counts zero,
    and production goes on: sent again, it leaves its layers, and its cost stays a variance.
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
    documents = Documents(store, f"order {event.order_id}")
    take, again = partial(_take, store, record, event), partial(_again, store, record, event)
    return take_once(documents, record, event, take, again)


def _take(store: Store, record: Record, build: Build) -> list[Output]:
    """Consume the components; without any, produce at once."""
    if not build.consume:
        return _produce(store, record, build, Progress(0), [])
    made = [_consumed(record, build, *placed) for placed in enumerate(build.consume)]
    ids = [_id_of(build, *placed) for placed in enumerate(build.consume)]
    OpenBuilds(store).open(_named(build), build.order_id, record, ids)
    return made


def _again(store: Store, record: Record, build: Build, places: Places) -> list[Output]:
    """Write what the ledger may have refused: components it did refuse, and goods as they were.

    Goods never wait for a component that was refused, so it comes late.
    """
    lines: tuple[Component | Product, ...] = (*build.consume, *build.produce)
    made = []
    for place, here in places.items():
        if here == len(lines):  # the overhead, which is no movement of its own
            continue
        line = lines[here]
        made_id = _id_of(build, place, line)
        if isinstance(line, Component):
            if OpenBuilds(store).was_refused(build.order_id, made_id):
                made.append(_consumed(record, build, place, line, late=True))
        elif said := Productions(store).of(made_id):
            made.append(_produced(record, build, place, line, said))
    return made


def _produce(
    store: Store, record: Record, build: Build, cost: Progress, refused: list[str]
) -> list[Output]:
    """Produce at what the components came to, and keep that: it may have to be said again."""
    costs = costs_of(build, cost, refused, in_force.read(store).minor_unit)
    placed = enumerate(build.produce, start=len(build.consume))
    made = []
    for (place, line), said in zip(placed, costs, strict=True):
        Productions(store).keep(_id_of(build, place, line), said)
        made.append(_produced(record, build, place, line, said))
    return made


def _consumed(
    record: Record, build: Build, place: int, line: Component, *, late: bool = False
) -> Output:
    # A rejection gives it back as a build, and a build has to produce something.
    goods = build.produce[0].model_dump(mode="json", exclude_none=True)
    said: Json = {"produce": [goods]}
    if late:
        said["late"] = True
    return _movement(record, build, place, line, said, "consumption")


def _produced(record: Record, build: Build, place: int, line: Product, said: Json) -> Output:
    return _movement(record, build, place, line, said, "production")


def _movement(
    record: Record, build: Build, place: int, line: Component | Product, said: Json, kind: str
) -> Output:
    fields = line.model_dump(mode="json", exclude={"sku"}, exclude_none=True)
    fields = {"order_id": build.order_id, **fields, **said}
    return movement(record, build, _id_of(build, place, line), line.sku, fields, kind)


def _id_of(build: Build, place: int, line: Component | Product) -> str:
    """Return the id of a line's movement; goods are numbered after the components."""
    return movement_id(build.source, build.id, line.sku, build.order_id, place)


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
        for place, component in enumerate(build.consume)
        if waiting.was_refused(build.order_id, _id_of(build, place, component))
    ]
    return _produce(store, record, build, cost, refused)
