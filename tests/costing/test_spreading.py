"""A charge is spread without losing a cent: the shipments of domain 5, and laws."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ullage.costing.money import MICRO, spread, to_step
from ullage.costing.spreading import MOST_MOVED, locked_share, posted_of, shares_of

CENT = 10_000
AMOUNTS = st.integers(-(10**18), 10**18).filter(bool)
LINES = st.lists(
    st.tuples(st.integers(1, 10**12), st.integers(0, 10**15)), min_size=1, max_size=8
)


def units(*numbers: int) -> list[int]:
    return [number * MICRO for number in numbers]


def money(*amounts: str) -> list[int]:
    return [int(Fraction(amount) * MICRO) for amount in amounts]


def test_shipment_one_to_the_cent() -> None:
    """Domain 5: freight and handling by unit, duty by value; 5.9608, 13.2408, 26.7607."""
    quantities, values = units(750, 375, 150), units(3750, 4500, 3750)
    freight = shares_of(850 * MICRO, quantities, quantities)
    handling = shares_of(120 * MICRO, quantities, quantities)
    duty = shares_of(480 * MICRO, quantities, values)
    by_unit = [one + other for one, other in zip(freight, handling, strict=True)]
    assert by_unit == money("570.60", "285.30", "114.10")
    assert duty == money("150", "180", "150")
    costs = [sum(parts) for parts in zip(values, by_unit, duty, strict=True)]
    each = zip(costs, (750, 375, 150), strict=True)
    assert [to_step(cost // number, 100) for cost, number in each] == (
        money("5.9608", "13.2408", "26.7607")
    )
    assert sum(costs) == 13_450 * MICRO


def test_more_of_the_same_sku_takes_the_locked_rates() -> None:
    """250 more of A absorb 240.20 beyond the charges."""
    taken = [
        locked_share(share, 750 * MICRO, 250 * MICRO)
        for share in money("500.025", "70.575", "150")
    ]
    assert sum(taken) == money("240.20")[0]


def test_shipment_two() -> None:
    """A = 5.50 + 0.75 + 0.2192 = 6.4692; the extras add up to 865.00."""
    quantities, values = units(500, 300), units(2750, 3900)
    freight = shares_of(600 * MICRO, quantities, quantities)
    duty = shares_of(265 * MICRO, quantities, values)
    assert freight == money("375", "225")
    assert duty == money("109.60", "155.40")
    assert (values[0] + freight[0] + duty[0]) // 500 == money("6.4692")[0]


def test_a_basis_that_sums_to_nothing_falls_back_to_units() -> None:
    quantities = units(3, 1)
    assert shares_of(4 * MICRO, quantities, [0, 0]) == units(3, 1)


def test_a_line_of_no_weight_takes_nothing_not_even_the_remainder() -> None:
    assert shares_of(10 * MICRO, units(3, 3, 5), [1, 1, 0]) == money("5.0001", "4.9999", "0")


def test_a_remainder_that_would_move_the_last_line_is_spread_exactly() -> None:
    """9,999 units at 0.0033 leave 0.0033 too much or little for the one unit at the end."""
    charge, quantities = 33_333_333, units(9_999, 1)
    exact = [round(Fraction(charge * quantity, sum(quantities))) for quantity in quantities]
    assert shares_of(charge, quantities, quantities) == exact
    assert exact[1] == 3_333


def test_a_remainder_that_moves_the_last_line_by_exactly_the_most_stays_there() -> None:
    """2.100525 for 20 and 1: at 0.1000 a unit the last bears 0.100525, exactly it 0.100025."""
    quantities = units(20, 1)
    assert shares_of(2_100_525, quantities, quantities) == money("2", "0.100525")
    assert shares_of(2_100_526, quantities, quantities) == money("2.000501", "0.100025")


def test_what_rounding_leaves_goes_to_the_largest_remainder_ties_to_the_earlier_line() -> None:
    assert spread(100, [1, 1, 1]) == [34, 33, 33]
    assert spread(5, [1, 2]) == [2, 3]


def test_a_credit_is_spread_as_a_charge_is() -> None:
    assert spread(-100, [1, 1, 1]) == [-34, -33, -33]
    assert spread(-100, [2, 1]) == [-67, -33]


def test_what_is_below_zero_in_all_is_spread_as_what_is_above() -> None:
    """Weights are units expected: oversold they are negative."""
    assert spread(-100, [-1, -1, -1]) == [-34, -33, -33]
    assert spread(-100, [-3, 1]) == [-150, 50]


def test_cents_left_go_to_the_largest_remainder() -> None:
    """0.001 and 0.009 post 0.00 and 0.01."""
    assert posted_of([1_000, 9_000], CENT) == [0, CENT]


def test_ties_of_cents_go_to_the_earlier_line() -> None:
    assert posted_of([5_000, 5_000, 5_000, 5_000], CENT) == [CENT, CENT, 0, 0]
    assert posted_of([-5_000, -5_000], CENT) == [0, -CENT]
    assert posted_of([0, 0], CENT) == [0, 0]


@given(AMOUNTS, LINES)
def test_shares_add_up_and_stay_near_the_exact_ones(
    charge: int, lines: list[tuple[int, int]]
) -> None:
    quantities, weights = ([line[place] for line in lines] for place in (0, 1))
    shares = shares_of(charge, quantities, weights)
    assert sum(shares) == charge
    basis = weights if sum(weights) else quantities
    for share, quantity, weight in zip(shares, quantities, basis, strict=True):
        exact = Fraction(charge * weight, sum(basis))
        near = MOST_MOVED * Fraction(quantity, MICRO) + 1
        assert abs(share - exact) <= near
        assert weight or not share


@given(AMOUNTS, LINES, st.sampled_from([1_000_000, CENT, 1_000]))
def test_cents_add_up_to_the_charge_and_each_is_within_one(
    charge: int, lines: list[tuple[int, int]], minor: int
) -> None:
    shares = shares_of(charge, [line[0] for line in lines], [line[1] for line in lines])
    posted = posted_of(shares, minor)
    assert sum(posted) == to_step(charge, minor)
    assert all(part % minor == 0 for part in posted)
    assert all(abs(part - share) < minor for part, share in zip(posted, shares, strict=True))


@given(st.integers(1, 10**12), st.integers(1, 50), st.integers(1, 10**12))
def test_the_locked_share_of_the_same_units_is_the_share(
    share: int, parts: int, units_each: int
) -> None:
    """A receipt as large as the first takes what that took, in one or, near it, in parts."""
    whole = units_each * parts
    assert locked_share(share, whole, whole) == share
    assert abs(locked_share(share, whole, units_each) * parts - share) <= parts
    assert sum(spread(share, [1] * parts)) == share
