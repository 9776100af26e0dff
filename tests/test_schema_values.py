"""Values of the contract: exact numbers, times, names."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ullage_schemas import money
from ullage_schemas.fields import Id, Name, Text, Time, read_time, write_time

micros = st.integers(-(10**18) + 1, 10**18 - 1)


@given(micros, st.integers(0, 12))
def test_a_number_is_read_to_the_last_digit_in_any_of_its_forms(micro: int, shift: int) -> None:
    """String, JSON number and exponent forms of one number are one number."""
    exact = Decimal(micro).scaleb(-6)
    plain = money.plain(exact)
    assert money.read(plain) == money.read(exact) == exact
    assert money.plain(money.read(plain)) == plain
    if not micro % 10**shift:
        whole = micro // 10**shift
        assert money.read(f"{whole}e{shift - 6}") == exact


@given(micros)
def test_what_is_written_is_plain(micro: int) -> None:
    """No exponent, no trailing zero, no negative zero; and it reads back."""
    text = money.plain(Decimal(micro).scaleb(-6))
    assert set(text) <= set("-0123456789.")
    assert text == "0" or not text.startswith("-0") or text.startswith("-0.")
    assert not ("." in text and text.endswith(("0", ".")))


@pytest.mark.parametrize(
    "number",
    [
        1.5, 1.0, True, None, "", " 1", "1 ", "+1", "1_000", "01", ".5", "5.", "0x10", "١",
        "1,5", "NaN", "Infinity", "-inf", Decimal("NaN"), Decimal("Infinity"), [], {},
        "1e400", "1e999999999", "1e99999999999999999999", Decimal("1e999999999"), "0e99",
        "0.1234567", "1.0000000", Decimal("1e-7"), "1e-99", "0." + "3" * 30, "9" * 5_000,
        10**12, -(10**12), "1000000000000", 10**4000,
    ],
)  # fmt: skip
def test_a_number_that_is_not_exact_or_not_in_range_is_refused(number: object) -> None:
    adapter = TypeAdapter(money.Signed)
    with pytest.raises(ValidationError):
        adapter.validate_python(number)


@pytest.mark.parametrize(
    ("kind", "taken", "refused"),
    [
        (money.Positive, ["0.000001", 1], ["0", 0, "-1", "-0"]),
        (money.NotNegative, ["0", 0, "0.00", "5"], ["-0.000001", -1, "-0"]),
        (money.NotZero, ["-1", "1"], ["0", "-0", "0.000000"]),
        (money.Rate, ["0.000000000001", "1.1"], ["0", "-1", "0.0000000000001"]),
        (money.Signed, ["-999999999999.999999", "0"], ["-1000000000000"]),
    ],
)
def test_signs_and_decimals(kind: object, taken: list[object], refused: list[object]) -> None:
    adapter: TypeAdapter[Decimal] = TypeAdapter(kind)
    for number in taken:
        assert adapter.validate_python(number) == Decimal(str(number))
    for number in refused:
        with pytest.raises(ValidationError):
            adapter.validate_python(number)


@pytest.mark.parametrize(
    ("given_time", "utc"),
    [
        ("2026-10-05T09:55:00Z", "2026-10-05T09:55:00Z"),
        ("2026-10-05t09:55:00z", "2026-10-05T09:55:00Z"),
        ("2026-10-05T11:55:00.500+02:00", "2026-10-05T09:55:00.500000Z"),
        ("2026-10-05T09:55:00.123456789-00:00", "2026-10-05T09:55:00.123456Z"),
        ("1969-12-31T20:00:00-04:00", "1970-01-01T00:00:00Z"),
        ("2200-01-01T01:00:00+02:00", "2199-12-31T23:00:00Z"),
    ],
)
def test_times_are_read_to_the_microsecond_and_written_in_utc(
    given_time: str, utc: str
) -> None:
    assert write_time(read_time(given_time)) == utc


@pytest.mark.parametrize(
    "time",
    [
        "2026-10-05", "2026-10-05T09:55:00", "2026-10-05 09:55:00Z", "2026-10-05T09:55Z",
        "2026-10-05T09:55:00+0200", "2026-10-05T09:55:00+24:00", "2026-02-30T09:55:00Z",
        "2026-10-05T24:00:00Z", "2016-12-31T23:59:60Z", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z",
        "2026-10-05T09:55:00,5Z", "٢٠٢٦-10-05T09:55:00Z", 1_791_194_100, None, "",
        "2026-10-05T09:55:00.1234567890Z", "20261005T095500Z",
    ],
)  # fmt: skip
def test_a_time_without_offset_or_out_of_range_is_refused(time: object) -> None:
    adapter = TypeAdapter(Time)
    with pytest.raises(ValidationError):
        adapter.validate_python(time)


def test_a_leap_second_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="leap second"):
        TypeAdapter(Time).validate_python("2016-12-31T23:59:60Z")


@pytest.mark.parametrize(
    ("time", "why"),
    [
        ("2200-01-01T00:00:00Z", "must lie in the years 1970 to 2199"),
        ("1969-12-31T23:59:59Z", "must lie in the years 1970 to 2199"),
        ("2200-01-01T00:30:00+00:15", "must lie in the years 1970 to 2199"),
        ("9999-12-31T23:59:59-14:00", "must lie in the years 1970 to 2199"),
        ("2026-02-30T09:55:00Z", "is no day, hour or offset that exists"),
        ("2026-10-05T09:55:00+24:00", "is no day, hour or offset that exists"),
    ],
)
def test_a_time_is_told_what_is_wrong_with_it(time: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        TypeAdapter(Time).validate_python(time)


@pytest.mark.parametrize("name", ["A", "Größe 5", "箱-1", "a\u200db", "👕", "x" * 64, "a b"])
def test_a_name_may_be_of_any_script(name: str) -> None:
    assert TypeAdapter(Name).validate_python(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "x" * 65, " A", "A ", "A\n", "a\x1fb", "a\x00b", "\x7f", "\u2028", "\ud800", 5, b"A"],
)
def test_a_name_no_key_can_hold_is_refused(name: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Name).validate_python(name)


def test_ids_are_longer_and_reasons_may_have_lines() -> None:
    assert TypeAdapter(Id).validate_python("x" * 128)
    assert TypeAdapter(Text).validate_python("broken,\n\tthen found")
    for kind, wrong in ((Id, "x" * 129), (Text, ""), (Text, "a\x00b"), (Text, "x" * 1001)):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(wrong)
