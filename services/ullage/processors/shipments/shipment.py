"""What is remembered of a shipment: lines received, charges, and the rates they locked.

Money and quantities in 10^-6; money in the base currency.
"""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

import msgspec

from ullage.processors.documents import key
from ullage.step import Store

Basis = Literal["unit", "value", "weight", "volume"]
Json = dict[str, object]
Parts = list[tuple[int, int]]
"""Numbers of receipt lines, and how many units of each."""


class Share(NamedTuple):
    """What a line bears of a charge; `posted` is its part of the charge's cents."""

    amount: int = 0
    posted: int = 0


class Charge(NamedTuple):
    """A charge; rate and original amount are as its document said, where it was converted."""

    charge_id: str
    kind: str
    basis: Basis
    amount: int
    currency: str | None = None
    fx_rate: str | None = None
    original: str | None = None


class Line(NamedTuple):
    """A line received; `value` is its purchase cost as last corrected, 0 while not known."""

    movement: str
    receipt_id: str
    sku: str
    warehouse: str
    quantity: int
    value: int
    weight: int
    volume: int
    currency: str | None = None
    fx_rate: str | None = None
    shares: tuple[Share, ...] = ()
    """One a charge of the shipment, in its order; nothing of charges at locked rates."""
    returned: int = 0
    """Units asked to go back to the supplier; the ledger knows how many did."""

    def measure(self, basis: Basis) -> int:
        """What a charge of this basis is spread by."""
        match basis:
            case "unit":
                return self.quantity
            case "value":
                return self.value
            case "weight":
                return self.weight
            case "volume":
                return self.volume


class Rate(NamedTuple):
    """What a SKU's units took of a charge at its first allocation: a locked rate."""

    charge: int
    share: int
    units: int


class _Header(NamedTuple):
    received: int = 0
    charges: tuple[Charge, ...] = ()


_encode: Final = msgspec.json.Encoder().encode
_header: Final = msgspec.json.Decoder(_Header)
_line: Final = msgspec.json.Decoder(Line)
_numbers: Final = msgspec.json.Decoder(tuple[int, ...])
_json: Final = msgspec.json.Decoder(Json)
_parts: Final = msgspec.json.Decoder(Parts)
_rates: Final = msgspec.json.Decoder(tuple[Rate, ...])


class Shipment:
    """The state of one shipment in the store; what is put is there at once.

    Keys: `s` shipment: how many lines, and the charges; `n` shipment, number: a line; `r`
    shipment, receipt: its lines' numbers; `x` shipment, receipt, SKU: the same of one SKU;
    `k` shipment, SKU: locked rates; `c` movement: what a receipt line bore when it came; `b`
    shipment, source, id: the lines a correction, return or merge was of, and what went back
    of each.
    """

    def __init__(self, store: Store, shipment_id: str) -> None:
        self._store, self.id = store, shipment_id
        found = store.get(key("s", shipment_id))
        self._known = _Header() if found is None else _header.decode(found)

    @property
    def received(self) -> int:
        """How many lines were received; they are numbered from 0."""
        return self._known.received

    @property
    def charges(self) -> tuple[Charge, ...]:
        return self._known.charges

    def lines(self) -> list[Line]:
        """Every line received, in order."""
        return [self.line(number) for number in range(self.received)]

    def line(self, number: int) -> Line:
        name = key("n", self.id, str(number))
        found = self._store.get(name)
        if found is None:
            raise LookupError(f"the store has lost {name!r}; delete it, it is restored")
        return _line.decode(found)

    def of_receipt(self, receipt_id: str) -> tuple[int, ...]:
        """Numbers of a receipt's lines; none: the receipt is unknown."""
        return self._read(key("r", self.id, receipt_id))

    def of_sku(self, receipt_id: str, sku: str) -> tuple[int, ...]:
        """Numbers of a receipt's lines of one SKU."""
        return self._read(key("x", self.id, receipt_id, sku))

    def rates(self, sku: str) -> tuple[Rate, ...]:
        """Locked rates of a SKU; a SKU new to the shipment has none."""
        found = self._store.get(key("k", self.id, sku))
        return () if found is None else _rates.decode(found)

    def add(self, lines: Iterable[Line]) -> None:
        """Keep lines just received, all of one receipt."""
        first, receipts = self.received, dict[bytes, list[int]]()
        number = first
        for number, line in enumerate(lines, start=first):
            self.put(number, line)
            receipts.setdefault(key("r", self.id, line.receipt_id), []).append(number)
            receipts.setdefault(key("x", self.id, line.receipt_id, line.sku), []).append(number)
        for name, numbers in receipts.items():
            self._store.put(name, _encode((*self._read(name), *numbers)))
        self._keep(self._known._replace(received=number + 1))

    def put(self, number: int, line: Line) -> None:
        """Keep a line that is there as it is now."""
        self._store.put(key("n", self.id, str(number)), _encode(line))

    def add_charges(self, charges: Iterable[Charge]) -> None:
        self._keep(self._known._replace(charges=(*self.charges, *charges)))

    def lock(self, rates: Iterable[tuple[str, Rate]]) -> None:
        """Keep each SKU's rates of charges just allocated for the first time."""
        locked: dict[str, list[Rate]] = {}
        for sku, rate in rates:
            locked.setdefault(sku, []).append(rate)
        for sku, added in locked.items():
            self._store.put(key("k", self.id, sku), _encode((*self.rates(sku), *added)))

    def keep_borne(self, movement: str, bears: Json) -> None:
        """Keep what a line's movement says of charges, should its receipt be sent again."""
        self._store.put(key("c", movement), _encode(bears))

    def borne(self, movement: str) -> Json:
        found = self._store.get(key("c", movement))
        return {} if found is None else _json.decode(found)

    def keep_parts(self, source: str, source_id: str, parts: Parts) -> None:
        """Keep the lines a correction, return or merge is of, should it be sent again."""
        self._store.put(key("b", self.id, source, source_id), _encode(parts))

    def parts(self, source: str, source_id: str) -> Parts:
        return _parts.decode(self._store.get(key("b", self.id, source, source_id)) or b"[]")

    def _keep(self, known: _Header) -> None:
        self._known = known
        self._store.put(key("s", self.id), _encode(known))

    def _read(self, name: bytes) -> tuple[int, ...]:
        found = self._store.get(name)
        return () if found is None else _numbers.decode(found)
