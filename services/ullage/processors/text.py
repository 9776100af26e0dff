"""How figures and ids are written in the records that others read."""

from hashlib import sha1

from ullage.costing.money import MICRO


def money(amount: int) -> str:
    """Write 10^-6 of a currency as a plain decimal with two decimals at least.

    >>> [money(amount) for amount in (12_500_000, -1, 3 * MICRO, 22_571_428)]
    ['12.50', '-0.000001', '3.00', '22.571428']
    """
    whole, rest = divmod(abs(amount), MICRO)
    cents, finer = divmod(rest, 10_000)
    text = f"{whole}.{rest:06}".rstrip("0") if finer else f"{whole}.{cents:02}"
    return f"-{text}" if amount < 0 else text


def output_id(movement_id: str, kind: str, number: int) -> str:
    """Return uuid5 of (movement id, type, n), the movement's id being the name space.

    >>> output_id("00000000-0000-0000-0000-000000000000", "cogs", 0)[14]
    '5'
    """
    space = bytes.fromhex(movement_id.replace("-", ""))
    digest = sha1(space + f"{kind}/{number}".encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return (
        f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"
    )
