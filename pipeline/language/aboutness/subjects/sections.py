"""Sections side by side: headings of one level whose sections tell the same figures are things, as columns are.

Under "Warehouse trucks" and under "Counterbalance trucks" stand orders and revenue, so both are of trucks; what stands
under "Cost breakdown" alone may be of anything.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.readings import Readings
from pipeline.language.layout.blocks import BlockKind
from pipeline.language.layout.page import SILENT

__all__ = ["beside"]

Sections = Mapping[int, frozenset[str]]  # of every heading beside others, the figures it shares with them


def beside(case: Case, heading: int) -> str:
    """How the section under a heading compares with those beside it, as one word.

    ``alone``: there are none; ``unlike`` them: they tell none of its figures; ``like`` them: they tell the quantity's
    too; ``alike``: others of its figures.
    """
    shared = case.readings.once("sections", lambda: _sections(case.readings)).get(heading)
    if shared is None:
        return "alone"
    if not shared:
        return "unlike"
    return "alike" if shared.isdisjoint(_figures_in(case.readings, case.setting.sentence.block)) else "like"


def _sections(readings: Readings) -> Sections:
    blocks = readings.page.blocks
    figures: defaultdict[int, set[str]] = defaultdict(set)
    for i, block in enumerate(blocks):
        told = block.kind is not BlockKind.HEADING and block.kind not in SILENT
        if told and block.headings and readings.quantities_of(i):
            found = _figures_in(readings, i)
            for heading in block.headings:
                figures[heading] |= found
    neighbours: defaultdict[tuple[tuple[int, ...], int], list[int]] = defaultdict(list)
    for heading in figures:
        neighbours[blocks[heading].headings, blocks[heading].level].append(heading)
    shared: dict[int, frozenset[str]] = {}
    for group in neighbours.values():
        if len(group) == 1:
            continue
        sections = Counter(figure for heading in group for figure in figures[heading])
        for heading in group:
            shared[heading] = frozenset(figure for figure in figures[heading] if sections[figure] > 1)
    return shared


def _figures_in(readings: Readings, place: int) -> set[str]:
    """What a block measures: the names of metrics in it, and its label."""
    page, block = readings.page, readings.page.blocks[place]
    found = {name for _, _, name in readings.measures(*page.ranges[place])}
    if block.label is not None:
        found.add(" ".join(block.label.of(page.text).lower().split()))
    return found
