"""Quantities in few characters, for people."""

from __future__ import annotations

import pytest

from pipeline.facts import quantity_words


@pytest.mark.parametrize(
    ("quantity", "written"),
    [
        ((22000.0, None, None, "rpm"), "22,000 rpm"),
        ((18_200_000_000.0, None, None, "CNY"), "18.2 billion CNY"),
        ((1_234_567.0, None, None, "vehicle"), "1.234567 million vehicle"),
        ((1e12, None, None, "USD"), "1 trillion USD"),
        ((999_999.0, None, None, "user"), "999,999 user"),
        ((-1_500_000.0, None, None, "EUR"), "-1.5 million EUR"),
        ((2.5e19, None, None, "W"), "2.5e+19 W"),
        ((275.0790000001, None, None, "kW"), "275.079 kW"),
        ((0.63, None, None, "pp"), "0.63 pp"),
        ((76.9, None, None, "%"), "76.9%"),
        ((27.0, None, None, "x"), "27x"),
        ((7.0, None, None, "1"), "7"),
        ((0.0, None, None, "km"), "0 km"),
        ((528.0, None, None, "N*m"), "528 N·m"),
        ((1200.0, None, None, "m**2"), "1,200 m²"),
        ((3.0, None, None, "m**3/hour"), "3 m³/hour"),
        ((None, 15.0, 25.0, "%", "range"), "15–25%"),
        ((None, 1e6, 2.5e6, "CNY", "range"), "1 million–2.5 million CNY"),
        ((None, 15.0, None, "km", "range"), "15 km"),
        ((None, None, None, "km"), "? km"),
        ((288.0, None, None, "kW", "approx"), "≈ 288 kW"),
        ((288.0, None, None, "kW", "more_than"), "> 288 kW"),
        ((288.0, None, None, "kW", "at_least"), "≥ 288 kW"),
        ((288.0, None, None, "kW", "less_than"), "< 288 kW"),
        ((288.0, None, None, "kW", "at_most"), "≤ 288 kW"),
        ((0.5, None, None, "mm", "tolerance"), "±0.5 mm"),
        ((26.4, None, None, "%", "exact", "increase"), "↑ 26.4%"),
        ((26.4, None, None, "%", "more_than", "decrease"), "↓ > 26.4%"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_quantity_reads(quantity: tuple[float | None, float | None, float | None, str], written: str) -> None:
    assert quantity_words(*quantity) == written
