from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.layout.layout import read_layout
from pipeline.language.layout.sentences import split_sentences


def kinds(text: str) -> list[tuple[str, str]]:
    return [(str(block.kind), " ".join(block.span.of(text).split())) for block in read_layout(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025 Vela Coupe\n\nIt has 5 seats.", [("heading", "2025 Vela Coupe"), ("paragraph", "It has 5 seats.")]),
        ("# Results\n\nSales rose.", [("heading", "# Results"), ("paragraph", "Sales rose.")]),
        ("2.1 The fans\n\nThey came.", [("heading", "2.1 The fans"), ("paragraph", "They came.")]),
        ("How long did it take?\n\nTwo years.", [("question", "How long did it take?"), ("paragraph", "Two years.")]),
        ("• margin of\n    21.02%\n    , a record", [("bullet", "• margin of 21.02% , a record")]),
        ("Deliveries:\n136,854 units", [("field", "Deliveries: 136,854 units")]),
        (
            "motors account for approximately\n\n6.5%\nof costs.",
            [("paragraph", "motors account for approximately 6.5% of costs.")],
        ),
        (
            "Subscribe\n\n50% OFF\n\n2 min read",
            [("furniture", "Subscribe"), ("furniture", "50% OFF"), ("furniture", "2 min read")],
        ),
        ("Torque: 528 N·m\nPower: 288 kW", [("field", "Torque: 528 N·m"), ("field", "Power: 288 kW")]),
        ("Figure 2: Output by year", [("caption", "Figure 2: Output by year")]),
        ("References\n\n[1] Annual report 2024", [("heading", "References"), ("reference", "[1] Annual report 2024")]),
        ("It said so.\nThen it went on.", [("paragraph", "It said so."), ("paragraph", "Then it went on.")]),
    ],
)
def test_blocks(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "The Phase II plant in Beijing, in full production since the end of\n"
        "July, can build 150,000 vehicles annually and was told to start at\n"
        "10,000 a month.\n\nShares rose."
    )
    assert [kind for kind, _ in kinds(text)] == ["paragraph", "paragraph"]


FLATTENED = (
    "Motor Model Technical Features Status\nV6\n21000rpm, 299PS Jointly developed\nV8s\n27200rpm, 578PS Own design\n"
)


def test_a_flattened_table_with_labels_on_lines_of_their_own() -> None:
    header, *rows = read_layout(FLATTENED)
    assert str(header.kind) == "table header"
    assert [row.label and row.label.of(FLATTENED) for row in rows] == ["V6", "V8s"]


def test_a_flattened_table_with_labels_in_the_row() -> None:
    text = "Indicator Supplier Model Own Model\nTypical Delivery Cycle 6-8 weeks 2-4 weeks\nPrice 20 EUR 15 EUR\n"
    rows = [block for block in read_layout(text) if str(block.kind) == "table row"]
    assert [row.label and row.label.of(text) for row in rows] == ["Typical Delivery Cycle", "Price"]


def test_bullets_set_off_by_a_tab_are_no_table() -> None:
    text = "•\tRevenue reached 5 million euros.\n•\tMore than 7 listeners wrote.\n"
    assert [str(block.kind) for block in read_layout(text)] == ["bullet", "bullet"]


def test_a_table_with_a_line_for_every_cell() -> None:
    text = "Vendor\nQ3 shipments\nQ3 share\n\n1. Acme\n10.9\n30.6%\n2. Bolt\n6.1\n17.1%\nOthers\n9.1\n25.6%\n"
    header, *rows = read_layout(text)
    assert str(header.kind) == "table header"
    assert [row.label and row.label.of(text) for row in rows] == ["Acme", "Bolt", "Others"]
    assert [(cell.of(text), name.of(text)) for cell, name in rows[0].columns] == [
        ("10.9", "Q3 shipments"),
        ("30.6%", "Q3 share"),
    ]


@pytest.mark.parametrize(
    ("text", "label", "columns"),
    [
        (
            "€ million\n2024\n2023\n\nSkin\n2,980\n2,714\n\nHair\n705\n672\n",
            "Skin",
            [("2,980", "2024"), ("2,714", "2023")],
        ),
        (
            "2024-25\n2025-26\nReceipts\n759.8\n787.6\nDebt\n34.1\n35.0\n",
            "Receipts",
            [("759.8", "2024-25"), ("787.6", "2025-26")],
        ),
        (
            "Trim\nRange\n0-100 km/h\nL7\n700 km\n5.2 s\nL7 Max\n800 km\n2.7 s\n",
            "L7",
            [("700 km", "Range"), ("5.2 s", "0-100 km/h")],
        ),
        (
            "Table 1. Emissions, tonnes; change on 2023\n\nNorvia\n11.9\n+0.3%\n\nEstmark\n4.8\n-0.5%\n",
            "Norvia",
            [("11.9", "Emissions, tonnes"), ("+0.3%", "change on 2023")],
        ),
        ("First-quarter figures, in millions:\n\nRevenue\n9,840\n\nProfit\n120\n\nDebt\n40\n", "Revenue", []),
        ("Routes\n\nOslo\n$5,876\n+117%\n\nRome\n$7,285\n+96%\n", "Oslo", []),
    ],
)
def test_a_line_for_every_cell_under_times_or_a_caption(text: str, label: str, columns: list[tuple[str, str]]) -> None:
    rows = [block for block in read_layout(text) if str(block.kind) == "table row"]
    assert len(rows) > 1
    assert rows[0].label is not None
    assert rows[0].label.of(text) == label
    assert [(cell.of(text), name.of(text)) for cell, name in rows[0].columns] == columns


def test_headings_stay_over_what_is_no_table() -> None:
    text = "Results\n\nRevenue\n\n9,840 people came.\n\nProfit\n\nIt fell.\n"
    assert "table row" not in {str(block.kind) for block in read_layout(text)}


def test_a_section_of_a_table_is_over_its_rows_alone() -> None:
    text = "Output Q1 Q2\nCopper (kt)\nTinara 71.3 67.4\nSoro 47.1 46.4\nGold (koz)\nSoro 58.9 56.2\n\nIt rained.\n"
    blocks = read_layout(text)
    above = {block.span.of(text): [blocks[i].span.of(text) for i in block.headings] for block in blocks}
    assert above["Soro 47.1 46.4"] == ["Copper (kt)"]
    assert above["Soro 58.9 56.2"] == ["Gold (koz)"]
    assert above["It rained."] == []


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Oslo A$1,194 +2.3% 36\nRome A$774 -3.0% 41\n", ["Oslo", "Rome"]),
        ("Grade Thickness Price\nBH-85 0.23 mm $2,650\nBH-75 0.20 mm $3,100\n", ["BH-85", "BH-75"]),
        (
            "Parameter Gen 1 Cell Gen 2 Cell\nEnergy density 345 Wh/kg 410 Wh/kg\nCycle life 8 h 9 h\n",
            ["Energy density", "Cycle life"],
        ),
    ],
)
def test_labels_of_rows_may_hold_the_digits_of_a_name(text: str, labels: list[str]) -> None:
    rows = [block for block in read_layout(text) if str(block.kind) == "table row"]
    assert [row.label and row.label.of(text) for row in rows] == labels


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("| Metric | Q1 | Q2 |\n|---|---:|---|\n| Margin | **20.4%** | 23% |\n", [("20.4%", "Q1"), ("23%", "Q2")]),
        ("Metric\tQ1\tQ2\nMargin\t20.4%\t23%\n", [("20.4%", "Q1"), ("23%", "Q2")]),
        ("Metric    Q1     Q2\nMargin    20.4%    23%\n", [("20.4%", "Q1"), ("23%", "Q2")]),
        ("          Q1     Q2\nMargin    20.4%    23%\n", [("20.4%", "Q1"), ("23%", "Q2")]),
    ],
)
def test_tables_that_keep_their_separators(table: str, cells: list[tuple[str, str]]) -> None:
    (row,) = [block for block in read_layout(table) if str(block.kind) == "table row"]
    assert row.label is not None
    assert row.label.of(table) == "Margin"
    assert [(cell.of(table), name.of(table)) for cell, name in row.columns] == cells


@pytest.mark.parametrize(
    "table",
    [
        # The rows have lost the separators of the titles, or have others.
        "Sector | Pay, EUR | Change, %\nFarming 2,071 -6.2\nGlass | 1,963 | n/a\n",
        "Sector | Pay, EUR | Change, %\n\nFarming 2,071 -6.2\n\nGlass 1,963 n/a\n\nNote: so it was.\n",
        "Sector; Pay, EUR; Change, %\n\nFarming 2,071 -6.2\nGlass 1,963 n/a\n",
        "Sector — Pay, EUR — Change, %\n\nFarming — 2,071 — -6.2\nGlass — 1,963 — n/a\n",
        "Sector | Pay, EUR | Change, %\n1. Farming · 2,071 · -6.2\n2. Glass · 1,963 · n/a\n",
        "Pay, EUR / Change, % / Staff\nFarming: 2,071 / -6.2 / 40\nGlass: 1,963 / n/a / 50\n",
        " Pay, EUR | Change, % | Staff\nFarming 2,071 -6.2 40\nGlass 1,963 n/a 50\n",
    ],
)
def test_rows_that_have_lost_the_separators_of_their_titles(table: str) -> None:
    rows = [block for block in read_layout(table) if str(block.kind) == "table row"]
    assert [row.label and row.label.of(table) for row in rows] == ["Farming", "Glass"]
    cells = [[(cell.of(table), title.of(table)) for cell, title in row.columns[:2]] for row in rows]
    assert cells == [
        [("2,071", "Pay, EUR"), ("-6.2", "Change, %")],
        [("1,963", "Pay, EUR"), ("n/a", "Change, %")],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Lorn, Wick and Skye — the isles — are far.\n\nOban 12 13\n",
        "Red; green; blue\n\nThe three of them make white.\n",
        "Lorn / Wick / Skye\n\nIn 2024 the isles had 12 guests.\n",
    ],
)
def test_marks_within_text_make_no_table(text: str) -> None:
    assert not [block for block in read_layout(text) if str(block.kind).startswith("table")]


def test_the_titles_of_the_next_table_are_no_row_of_the_one_before() -> None:
    text = "| Site | 2023 | 2024 |\n| Ayr | 5 t | 6 t |\n\n| Item | 2021 | 2022 |\n| Tax | €3 | €4 |\n"
    headers = [block.span.of(text) for block in read_layout(text) if str(block.kind) == "table header"]
    assert headers == ["| Site | 2023 | 2024 |", "| Item | 2021 | 2022 |"]


def test_a_table_may_have_any_number_of_rows() -> None:
    text = "| Site | Yield |\n|---|---|\n" + "".join(f"| Site {i} | {i} t |\n" for i in range(1_000))
    kinds = [str(block.kind) for block in read_layout(text)]
    assert kinds == ["table header", *["table row"] * 1_000]


def test_rows_a_blank_line_apart_under_times_in_brackets() -> None:
    text = "KEY FIGURES (in millions; H1 2025, H1 2024)\n\nIncome 4,620 4,460\n\nCosts 2,540 2,490\n\nTax 31 30\n"
    rows = [block for block in read_layout(text) if str(block.kind) == "table row"]
    assert [[(cell.of(text), title.of(text)) for cell, title in row.columns] for row in rows] == [
        [("4,620", "H1 2025"), ("4,460", "H1 2024")],
        [("2,540", "H1 2025"), ("2,490", "H1 2024")],
        [("31", "H1 2025"), ("30", "H1 2024")],
    ]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("Item Type A Type B\nPower 95 PS 110 PS\nTorque 172 Nm 205 Nm\n", "Item Type A Type B"),
        (
            "Specification Lark 1.0 Swift 3\nPower 95 PS 110 PS\nTorque 172 Nm 205 Nm\n",
            "Specification Lark 1.0 Swift 3",
        ),
        ("Key Financial Data\nItem 2023 2024\nRevenue 128.4 171.9\nStaff 890 1,060\n", "Item 2023 2024"),
        ("II. Channels\n\nChannel Revenue Growth\nOwn shops\n385 14%\nOnline\n517 21%\n", "Channel Revenue Growth"),
        ("Item A5 B7\nRevenue €3m €4m\nStaff 890 1,060\n", "Item A5 B7"),
        ("Site Output mass Cycle time\nPlant a 3 kg 5 h\nPlant b 4 kg 6 h\n", "Site Output mass Cycle time"),
        ("Vendor\nShare\n\nAcme\n30%\nBolt\n20%\n", "Vendor\nShare"),
        (
            "Cargo\nH1 2024\n% change\n\nBoxes\n24.8\n3.8\n\nOil\n28.1\n1.8\n",
            "Cargo\nH1 2024\n% change",
        ),
        (
            "Motor Peak power Mass Fitted to\nHum-2 510 kW 39 kg Condor\nTork-9 280 kW 43 kg Nord 2\n",
            "Motor Peak power Mass Fitted to",
        ),
        ("2024 2023 Change\nFees 1,012 838 21%\nStaff 6,240 5,985 4%\n", "2024 2023 Change"),
    ],
)
def test_which_line_of_a_page_holds_the_titles_of_a_table(text: str, header: str) -> None:
    headers = [block.span.of(text) for block in read_layout(text) if str(block.kind) == "table header"]
    assert headers == [header]


def test_headings_nest_by_number_and_lists_know_their_lead_in() -> None:
    text = "1. Plants\n\n1.1 Beijing\n\nPlans for 2026:\n\n• 800,000 units\n\n2. Risks\n\nNone.\n"
    blocks = read_layout(text)
    path = [[blocks[i].span.of(text) for i in block.headings] for block in blocks]
    bullet = next(i for i, block in enumerate(blocks) if "800,000" in block.span.of(text))
    assert path[bullet][:2] == ["1. Plants", "1.1 Beijing"]
    assert path[-1] == ["2. Risks"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sales rose 5%. Costs fell.", ["Sales rose 5%.", "Costs fell."]),
        ("It cost approx. 5 million. Good.", ["It cost approx. 5 million.", "Good."]),
        ("The U.S. market grew. It did [3]. Yes.", ["The U.S. market grew.", "It did [3].", "Yes."]),
        ("Mr. Lei said 3.5 is fine.", ["Mr. Lei said 3.5 is fine."]),
        ("1. First point. Second.", ["1. First point.", "Second."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    (block,) = read_layout(text)
    assert [span.of(text) for span in split_sentences(text, block.span)] == expected


@given(st.text(alphabet=st.sampled_from("aB1 .:;,\n\n•-#|[]()%?\t"), max_size=300))
def test_blocks_are_in_order_and_hold_every_character_that_is_not_space(text: str) -> None:
    end = 0
    for block in read_layout(text):
        assert block.span.start >= end
        assert not text[end : block.span.start].strip()
        assert all(i < j for i, j in zip(block.headings, block.headings[1:], strict=False))
        end = block.span.end
    assert not text[end:].strip()
