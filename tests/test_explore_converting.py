"""Facts in wished units: which are converted, to what, and what is told of those that cannot be."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import units
from pipeline.explore import RatesError, WishError, make_converter, read_rates

RATES = """date,from,to,rate
2024-12-31,CNY,EUR,0.13
2025-03-31,CNY,EUR,0.125
2025-06-30,EUR,CNY,8
2025-01-31,USD,EUR,0.9
"""


@pytest.fixture
def rates(tmp_path: Path) -> Path:
    path = tmp_path / "rates.csv"
    path.write_text(RATES)
    return path


def fact(value: float | None = 100.0, unit: str = "kW", **given: object) -> dict[str, Any]:
    return {
        "value": value,
        "low": None,
        "high": None,
        "unit": unit,
        "dimension": units.resolve(unit).dimension,
        "qualifier": "exact",
        "change": "none",
        "period_end": None,
        "first_published": None,
        **given,
    }


@pytest.mark.parametrize(
    ("wish", "one", "number", "unit"),
    [
        ("kW", fact(374.0, "metric_horsepower"), 275.0765325, "kW"),
        ("power=hp", fact(100.0, "kW"), 134.10220896, "horsepower"),
        ("PS", fact(100.0, "metric_horsepower"), 100.0, "metric_horsepower"),
        ("kw", fact(1500.0, "W"), 1.5, "kW"),
        ("lb-ft", fact(528.0, "N*m"), 389.432814818, "foot_pound"),
        ("degF", fact(100.0, "degC"), 212.0, "degF"),
        ("degC", fact(32.0, "degF"), 0.0, "degC"),
        ("kelvin", fact(-273.15, "degC"), 0.0, "kelvin"),
        ("degF", fact(5.0, "degC", qualifier="tolerance"), 9.0, "degF"),
        ("degC", fact(5.0, "degC", change="increase"), 5.0, "degC"),
        ("m/s", fact(36.0, "km/h"), 10.0, "m/s"),
        ("kW", fact(5.0, "kg"), None, None),
        ("kW", fact(5.0, "%"), None, None),
        ("kW", fact(5.0, "vehicle"), None, None),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_a_number_in_the_wished_unit(wish: str, one: dict[str, Any], number: float | None, unit: str | None) -> None:
    converted = make_converter(wish).convert(one)
    assert (converted.value, converted.unit, converted.missing) == (number, unit, None)


def test_both_ends_of_a_range_are_converted() -> None:
    converted = make_converter("degF").convert(fact(None, "degC", low=-40.0, high=10.0, qualifier="range"))
    assert (converted.value, converted.low, converted.high, converted.unit) == (None, -40.0, 50.0, "degF")


def test_a_change_of_temperature_may_be_a_size_or_a_level_and_stays() -> None:
    converted = make_converter("degF").convert(fact(5.0, "degC", change="increase"))
    assert converted.columns == dict.fromkeys(converted.columns)
    assert converted.missing == "a change on a scale that does not begin at zero may be a size or a level"


@given(
    st.floats(-1e12, 1e12),
    st.sampled_from([("kW", "horsepower"), ("degC", "degF"), ("km", "mile"), ("L", "oil_barrel"), ("degF", "kelvin")]),
)
def test_there_and_back_is_where_it_began(number: float, pair: tuple[str, str]) -> None:
    one, other = map(units.resolve, pair)
    there = one.convert(number, other)
    assert there is not None
    assert other.convert(there, one) == pytest.approx(number, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("one", "number", "unit", "missing"),
    [
        (fact(100.0, "CNY", period_end=date(2025, 3, 31)), 12.5, "EUR", None),
        (fact(100.0, "CNY", period_end=date(2025, 6, 29)), 12.5, "EUR", None),
        (fact(100.0, "CNY", period_end=date(2025, 6, 30)), 12.5, "EUR", None),
        (fact(100.0, "CNY", period_end=date(2025, 1, 1)), 13.0, "EUR", None),
        (fact(100.0, "CNY", first_published=date(2025, 3, 30)), 13.0, "EUR", None),
        (fact(100.0, "CNY", period_end=date(2025, 4, 1), first_published=date(2025, 1, 1)), 12.5, "EUR", None),
        (fact(100.0, "CNY", period_end=date(2026, 6, 30)), 12.5, "EUR", None),
        (fact(100.0, "CNY/vehicle", period_end=date(2025, 4, 1)), 12.5, "EUR/vehicle", None),
        (fact(100.0, "EUR"), 100.0, "EUR", None),
        (
            fact(100.0, "CNY", period_end=date(2024, 12, 30)),
            *(None, None, "no rate from CNY to EUR on its date or in the year before"),
        ),
        (
            fact(100.0, "CNY", period_end=date(2027, 1, 1)),
            *(None, None, "no rate from CNY to EUR on its date or in the year before"),
        ),
        (
            fact(100.0, "JPY", period_end=date(2025, 3, 31)),
            *(None, None, "no rate from JPY to EUR on its date or in the year before"),
        ),
        (fact(100.0, "CNY"), None, None, "no date to take a rate of"),
        (fact(100.0, "kW"), None, None, None),
    ],
)
def test_money_by_the_rate_of_its_date(
    rates: Path, one: dict[str, Any], number: float | None, unit: str | None, missing: str | None
) -> None:
    converted = make_converter("money=EUR", rates).convert(one)
    assert (converted.value, converted.unit, converted.missing) == (number, unit, missing)


def test_a_rate_serves_both_ways(rates: Path) -> None:
    read = read_rates(rates)
    assert read.rate("EUR", "CNY", date(2025, 3, 31)) == 8.0
    assert read.rate("CNY", "EUR", date(2025, 7, 1)) == 0.125
    assert read.rate("USD", "CNY", date(2025, 7, 1)) is None  # never by way of a third currency


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ("kWx", "there is no unit 'kWx': did you mean kWh or kW or Wk?"),
        ("mw", "there is no unit 'mw': did you mean MW or mW?"),
        ("vehicle", "there is no unit 'vehicle': did you mean mile or wheel?"),
        ("power=kg", "'kg' is a unit of mass, not of power"),
        ({"power": "kg"}, "'kg' is a unit of mass, not of power"),
        (["kW", "power=hp"], "two units for power, kW and horsepower; keep one of them"),
        (
            "EUR",
            "money is converted to EUR only at rates of your own: "
            "give a CSV file with the columns date,from,to,rate, such as --rates rates.csv",
        ),
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_granted(wishes: Any, message: str) -> None:
    with pytest.raises(WishError) as raised:
        make_converter(wishes)
    if "did you mean" in message:
        message = message.partition(": did")[0]
        assert str(raised.value).startswith(message)
    else:
        assert str(raised.value) == message


@pytest.mark.parametrize("wish", ["%", "pp", "x", "ratio=%", "count=vehicle", "EUR/kWh"])
def test_percent_multiples_and_counts_are_never_converted(wish: str) -> None:
    with pytest.raises(WishError, match=r"^nothing (of the kind .* is converted|is converted to .*); what is: power, "):
        make_converter(wish)


def test_rates_without_a_currency(rates: Path) -> None:
    with pytest.raises(WishError) as raised:
        make_converter("kW", rates)
    assert str(raised.value) == (
        "rates are for money, and no currency is wished for: add one, such as --units money=EUR"
    )


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "day,from,to,rate\n",
            ":1: the first line is 'day,from,to,rate'; write date,from,to,rate and, below it, "
            "lines such as 2025-06-30,CNY,EUR,0.1187",
        ),
        (
            "",
            ":1: the first line is ''; write date,from,to,rate and, below it, lines such as 2025-06-30,CNY,EUR,0.1187",
        ),
        ("date,from,to,rate\n31.12.2024,CNY,EUR,1\n", ":2: '31.12.2024' is no date; write it as 2025-06-30"),
        (
            "date,from,to,rate\n\n2024-12-31,RMB,EUR,1\n",
            ":3: 'RMB' is no currency; write its ISO 4217 code, such as EUR",
        ),
        ("date,from,to,rate\n2024-12-31,EUR,EUR,1\n", ":2: from EUR to EUR; write two different currencies"),
        (
            'date,from,to,rate\n2024-12-31,CNY,EUR,"0,13"\n',
            ":2: '0,13' is no rate; write a number above 0, such as 0.1187",
        ),
        (
            "date,from,to,rate\n2024-12-31,CNY,EUR,-1\n",
            ":2: '-1' is no rate; write a number above 0, such as 0.1187",
        ),
        (
            "date,from,to,rate\n2024-12-31,CNY,EUR,nan\n",
            ":2: 'nan' is no rate; write a number above 0, such as 0.1187",
        ),
        (
            "date,from,to,rate\n2024-12-31,CNY,EUR\n",
            ":2: 3 values for 4 columns; write as many as date,from,to,rate",
        ),
        (
            "date,from,to,rate\n2024-12-31,CNY,EUR,1\n2024-12-31,EUR,CNY,1\n",
            ":3: EUR and CNY on 2024-12-31 stand in line 2 already; keep one of the two",
        ),
    ],
)
def test_bad_rates_name_the_line_and_what_is_valid(tmp_path: Path, written: str, message: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(written)
    with pytest.raises(RatesError) as raised:
        read_rates(path)
    assert str(raised.value) == f"{path}{message}"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_rates_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "rates.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RatesError) as raised:
        read_rates(path)
    assert str(raised.value).startswith(f"{path} cannot be read (")
    assert str(raised.value).endswith(
        "): write a CSV file that begins with date,from,to,rate and, below it, lines such as 2025-06-30,CNY,EUR,0.1187"
    )


def test_rates_may_have_their_columns_in_any_order_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("﻿Rate, To ,from,date\r\n0.5,EUR,USD,2025-01-01\r\n", encoding="utf-8")
    assert read_rates(path).rate("USD", "EUR", date(2025, 1, 1)) == 0.5
