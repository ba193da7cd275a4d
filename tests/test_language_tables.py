"""Tables read as a whole: which column each number stands in, and what columns and rows stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.aboutness.case import Case
from tests.reading import cases_of


def columns(cases: list[Case]) -> list[str | None]:
    return [case.column.of(case.page.text) if case.column is not None else None for case in cases]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Names of models, said in the text as well.
        (
            "Parameter Aero A5 Sky S2 Volo Duo\nRange 160 km 195 km 110 km\nTop speed 240 km/h 290 km/h 180 km/h\n\n"
            "The Volo Duo costs least.",
            ["Aero A5", "Sky S2", "Volo Duo"] * 2,
        ),
        # No title over the labels.
        (
            "Pip Mini Pro Zed Mini 5 Pro Otto Atom 2\nWeight 248 g 250 g 249 g\nFlight time 38 min 36 min 32 min\n\n"
            "The Pip Mini Pro is louder than the Zed Mini 5 Pro and the Otto Atom 2.",
            ["Pip Mini Pro", "Zed Mini 5 Pro", "Otto Atom 2"] * 2,
        ),
        # What every title ends with.
        (
            "Indicator Supplier Model Own Model\nPrice 20 EUR 15 EUR\nWeight 3 kg 2 kg\n",
            ["Supplier Model", "Own Model"] * 2,
        ),
        # Brackets, here of units and there of remarks.
        (
            "Location Cell Cost ($/kWh) Freight to Rotterdam ($/kWh)\nKenitra 61 2\nBatam 55 7\nKlang 54 6\n",
            ["Cell Cost ($/kWh)", "Freight to Rotterdam ($/kWh)"] * 3,
        ),
        (
            "Metric Acme (cars) Bolt (vans)\nGross margin 21.0% 17.9%\nTax rate 12% 19%\n",
            ["Acme (cars)", "Bolt (vans)"] * 2,
        ),
        # Measures of several words, measures with their time, times.
        (
            "Company Revenue Net Profit EBITDA margin\nAcme €330m €30m 17%\nBolt €280m €21m 9%\n",
            ["Revenue", "Net Profit", "EBITDA margin"] * 2,
        ),
        (
            "Market Exports 2023 Exports 2024 Growth\nChile 400 units 500 units 25%\nPeru 200 units 210 units 5%\n",
            ["Exports 2023", "Exports 2024", "Growth"] * 2,
        ),
        ("Metric 2024A 2025E\nRevenue $7.2 million $8.9 million\nMargin 23% 25%\n", ["2024A", "2025E"] * 2),
        # A column without figures; a label with one.
        ("Component Share of Cost Trend\nHeat pump 37% Falling\nDrum 24% Stable\n", ["Share of Cost"] * 2),
        (
            "Specification Corvo Tamiko\nPower 87 kW 115 kW\nRange at 120 km/h 218 km 251 km\n",
            ["Corvo", "Tamiko", None, "Corvo", "Tamiko"],
        ),
        # Fewer figures than columns: where they fit.
        ("Model Battery capacity Range Price\nE3 42 kWh 218 km $20,000\nE4 251 km $25,000\n", None),
        # Separators that were kept.
        ("| | Lease | Purchase |\n|---|---|---|\n| Upfront cost | $0 | $8,200 |\n", ["Lease", "Purchase"]),
    ],
)
def test_the_column_of_a_number(text: str, expected: list[str | None] | None) -> None:
    found = columns([case for case in cases_of(text) if str(case.block.kind) == "table row"])
    if expected is None:
        expected = ["Battery capacity", "Range", "Price", "Range", "Price"]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Metric Acme Bolt\nGross margin 21% 17%\nRevenue €3m €4m\n", "things by measures"),
        ("Company Gross margin Revenue\nAcme 21% €3m\nBolt 17% €4m\n", "measures by things"),
        ("Year Deliveries Growth\n2023 5,000 units 12%\n2024 6,000 units 20%\n", "measures by times"),
        ("Item 2023 2024\nRevenue €3m €4m\nHeadcount 890 1,060\n", "times by measures"),
        # A title that is itself a time says nothing of the rows.
        ("Year 2022 2023\nKites 400 units 500 units\nSails 20 units 30 units\n", "times by things"),
        ("| Measure | Target | Achieved |\n|---|---|---|\n| Brine treated | 4 m³ | 5 m³ |\n", "states by measures"),
        # No word of these is in the vocabulary; each row has a unit of its own, or each column.
        ("| | Zor | Bax |\n|---|---|---|\n| Flim | 5 kg | 6 kg |\n| Glom | 3 h | 4 h |\n", "things by measures"),
        ("| | Flim | Glom |\n|---|---|---|\n| Zor | 5 kg | 3 h |\n| Bax | 6 kg | 4 h |\n", "measures by things"),
    ],
)
def test_what_columns_and_rows_stand_for(text: str, expected: str) -> None:
    assert {str(case.axes) for case in cases_of(text)} == {expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| Smart EV segment | Q1 2025 | Q2 2025 |\n|---|---|---|\n| Gross margin | 23% | 26% |\n", "Smart EV segment"),
        ("| Item | Q1 2025 | Q2 2025 |\n|---|---|---|\n| Gross margin | 23% | 26% |\n", None),
        ("| Ship type | Orders | Price |\n|---|---|---|\n| Tanker | 20 | $40m |\n| Ferry | 3 | $9m |\n", None),
        ("| | Q1 2025 | Q2 2025 |\n|---|---|---|\n| Gross margin | 23% | 26% |\n", None),
    ],
)
def test_the_title_over_the_labels(text: str, expected: str | None) -> None:
    for case in cases_of(text):
        assert case.axes is not None
        assert (case.axes.corner.of(text) if case.axes.corner is not None else None) == expected


@given(
    header=st.lists(
        st.sampled_from(["Item", "Revenue", "2024", "Acme", "(EUR", "m)", "of", "A5"]), min_size=3, max_size=9
    ),
    rows=st.lists(st.lists(st.sampled_from(["5%", "3 kg", "€4m", "n/a", "/"]), max_size=6), min_size=2, max_size=4),
)
def test_any_header_over_any_rows_can_be_read(header: list[str], rows: list[list[str]]) -> None:
    text = "\n".join([" ".join(header), *(" ".join([f"Row {'xyz'[i % 3]}", *row]) for i, row in enumerate(rows))])
    for case in cases_of(text):
        if case.column is not None:
            assert case.column.of(text) in text
            assert case.block.header is not None
            assert case.block.header.start <= case.column.start < case.column.end <= case.block.header.end


def test_a_table_with_very_many_rows_and_titles_is_read_in_time() -> None:
    rows = "\n".join(f"Plant {'abcdefghij'[i % 10]}x {i} kg {i} h" for i in range(150))
    page = "\n\n".join(f"Site Output mass Cycle time of {word}\n{rows}" for word in ("ore", "tin", "zinc", "lead"))
    assert len([case for case in cases_of(page) if case.column is not None]) == 4 * 2 * 150
