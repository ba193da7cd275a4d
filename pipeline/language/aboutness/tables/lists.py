"""Lists of labelled items: whether their labels are things of one kind or different measures of one thing.

``BMW: 15.6%``, ``Audi: 12.7%``, ``VW: 12.2%`` are things, as the rows of a table are, and what is measured stands above
them; ``Range: 520 km``, ``Power: 230 kW``, ``Price: €41,900`` are measures of what is spoken of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.language.aboutness.readings import Readings
from pipeline.language.aboutness.tables.titles import kind_of_most
from pipeline.language.layout.blocks import Block, BlockKind
from pipeline.language.layout.page import SILENT

__all__ = ["kind_of_labels"]

_FEWEST = 3  # items by which a list can be judged


def kind_of_labels(readings: Readings, place: int) -> str:
    """What the labels of the list a block stands in are, and whether its numbers are of one unit: "things one unit".

    ``few`` where there are too few to tell; empty for a block without a label, and in a table.
    """
    return readings.once("kinds of labels", lambda: _kinds(readings)).get(place, "")


def _kinds(readings: Readings) -> Mapping[int, str]:
    blocks = readings.page.blocks
    lists: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    run = 0  # which list it is: what stands between two items ends it
    for i, block in enumerate(blocks):
        if block.kind in SILENT:
            continue
        if not _is_item(block):
            run += 1
        elif readings.quantities_of(i):
            lists[run, block.kind, block.headings, block.lead_in].append(i)
    return {i: kind for items in lists.values() for kind in [_kind(readings, items)] for i in items}


def _is_item(block: Block) -> bool:
    return block.label is not None and block.kind is not BlockKind.TABLE_ROW


def _kind(readings: Readings, items: Sequence[int]) -> str:
    if len(items) < _FEWEST:
        return "few"
    blocks = readings.page.blocks
    labels = [label for i in items if (label := blocks[i].label) is not None]
    units = {readings.quantities_of(i)[0].unit for i in items}
    return f"{kind_of_most(readings, labels)} {'one unit' if len(units) == 1 else 'units'}"
