"""Currencies: their minor units, and conversion to the base currency, rounded once."""

from decimal import Decimal
from typing import Final, Protocol

from ullage.costing.money import MICRO, divide, plain
from ullage.processors.refuse import Refused
from ullage_schemas.money import PLACES, RATE_PLACES, WHOLE_DIGITS

_MINOR_UNITS: Final = {
    **dict.fromkeys(
        (
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX",
            "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
        ),
        MICRO,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 1_000),
    **dict.fromkeys(("CLF", "UYW"), 100),
}  # fmt: skip
"""Smallest coins by ISO 4217, where they are not a hundredth."""

_PICO: Final = 10**RATE_PLACES


class InSomeCurrency(Protocol):
    """A document, or a charge, that may be in another currency than the books."""

    @property
    def currency(self) -> str | None: ...

    @property
    def fx_rate(self) -> Decimal | None: ...


def minor_unit(currency: str) -> int:
    """Return a currency's smallest coin in 10^-6, by ISO 4217.

    >>> minor_unit("USD"), minor_unit("JPY"), minor_unit("KWD")
    (10000, 1000000, 1000)
    """
    return _MINOR_UNITS.get(currency, 10_000)


def require_same(kept: str, asked: str) -> None:
    """Look whether a policy keeps the base currency that figures are in already.

    Raises:
        Refused: it would change it; the first money has locked it (contract, the log).
    """
    if asked != kept:
        raise Refused(
            f"The books are in {kept} since their first money, and base_currency cannot become "
            f"{asked}. The policy as a whole was not taken: send it again with {kept}."
        )


def micros(number: Decimal) -> int:
    """Return a number of at most 6 decimals in 10^-6.

    >>> micros(Decimal("-12.50"))
    -12500000
    """
    return int(number.scaleb(PLACES))


def rate_of(document: InSomeCurrency, base: str, named: str) -> Decimal | None:
    """Return the rate to convert a document at; None: it is in the base currency.

    Raises:
        Refused: the rate is missing, or there is one and nothing to convert (domain 5).
    """
    if document.currency not in (None, base):
        if document.fx_rate is None:
            raise Refused(
                f"{named} is in {document.currency} and has no fx_rate; "
                f"give the rate to {base}."
            )
        return document.fx_rate
    if document.fx_rate not in (None, 1):
        raise Refused(
            f"{named} has an fx_rate, but is in {base}; "
            "give its currency or leave the rate out."
        )
    return None


def convert(amount: int, rate: Decimal, units: int = MICRO) -> int:
    """Return units at an amount each in the base currency, rounded half to even once.

    >>> convert(2_500_000, Decimal("1.1"), 3 * MICRO)
    8250000
    """
    return divide(amount * units * int(rate.scaleb(RATE_PLACES)), MICRO * _PICO)


def check_size(amount: int, what: str, base: str) -> int:
    """Return a converted amount that the contract could hold.

    Raises:
        Refused: it has more than 12 digits before the point.
    """
    if abs(amount) >= MICRO * 10**WHOLE_DIGITS:
        raise Refused(
            f"{what} is {plain(amount)} {base} at this fx_rate; "
            f"it must have at most {WHOLE_DIGITS} digits before the point."
        )
    return amount
