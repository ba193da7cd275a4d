"""Where a quantity is marked in its sentence."""

from __future__ import annotations

import pytest

from pipeline.explore import mark


@pytest.mark.parametrize(
    ("sentence", "quantity", "nth", "marked"),
    [
        ("It has 288 kW.", "288 kW", 0, "It has [288 kW]."),
        ("It has 288 kW.", "288\n kW", 0, "It has [288 kW]."),
        ("From 15% it fell to 5%.", "5%", 0, "From 15% it fell to [5%]."),
        ("From 1.5% it fell to 5%.", "5%", 0, "From 1.5% it fell to [5%]."),
        ("5% here and 5% there.", "5%", 0, "[5%] here and 5% there."),
        ("5% here and 5% there.", "5%", 1, "5% here and [5%] there."),
        ("5% here and 5% there.", "5%", 2, "[5%] here and 5% there."),  # the sentence stands there twice
        ("V6s 22000rpm,288kW/528N·m", "288kW", 0, "V6s 22000rpm,[288kW]/528N·m"),
        ("高达288kW。", "288kW", 0, "高达[288kW]。"),
        ("(5.2×) [b]", "[b]", 0, "(5.2×) [[b]]"),
        ("Nothing here.", "5%", 0, "Nothing here.[]"),
        ("Nothing here.", "", 0, "Nothing here.[]"),
    ],
)
def test_the_quantity_is_marked(sentence: str, quantity: str, nth: int, marked: str) -> None:
    passage = mark(sentence, quantity, nth)
    assert f"{passage.before}[{passage.quantity}]{passage.behind}" == marked
