"""Layout: what the lines of an article are before a word of them is read.

Headings, bullets, questions, labelled fields, tables (with or without separators), captions, references and what
belongs to the page only. A number that has no sentence around it gets its meaning from here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline import vocabulary
from pipeline.language.layout import tables
from pipeline.language.layout.blocks import SECTION_LEVEL, Block, BlockKind, Span
from pipeline.language.layout.fields import is_field, label_at, label_of_row
from pipeline.language.layout.furniture import is_furniture
from pipeline.language.layout.headings import heading_level, marked_level
from pipeline.language.layout.lines import CAPTION, Line, join_broken_lines, split_lines

__all__ = ["read_layout"]

_REFERENCE = re.compile(r"\[\d{1,3}\]\s|\d{1,3}\.\s|\^?\d{1,3}\s+\S")


@dataclass(frozen=True, slots=True)
class _Reading:
    """A line and what it was read as."""

    line: Line
    kind: BlockKind
    level: int = 0
    label: Span | None = None


def read_layout(text: str, body_start: int = 0) -> tuple[Block, ...]:
    """The blocks of an article in text order. Everything before ``body_start`` is front matter."""
    lines = join_broken_lines(list(split_lines(text, body_start)), text)
    blocks = [Block(BlockKind.FRONT_MATTER, Span(0, body_start))] if body_start else []
    regions = tables.find_tables(lines)
    i = 0
    in_references = False
    while i < len(lines):
        if i in regions:
            end, rows = regions[i]
            blocks += rows
            i = end
            continue
        reading = _read_line(lines, i, in_references=in_references)
        if reading.kind is BlockKind.HEADING:
            in_references = _bare(reading.line.text) in _reference_headings()
        blocks.append(
            Block(reading.kind, Span(reading.line.start, reading.line.end), reading.level, label=reading.label)
        )
        i += 1
    return _under_headings(blocks, text)


@cache
def _reference_headings() -> frozenset[str]:
    return frozenset(vocabulary.load("layout")["references"]["headings"])


def _bare(text: str) -> str:
    return re.sub(r"^[#*\d.\s]+|[:*\s]+$", "", text).lower()


def _read_line(lines: Sequence[Line], i: int, *, in_references: bool) -> _Reading:
    line = lines[i]
    marked = marked_level(line)
    if marked is not None:
        return _Reading(line, BlockKind.HEADING, marked)
    if is_furniture(lines, i):
        return _Reading(line, BlockKind.FURNITURE)
    if in_references and _REFERENCE.match(line.text):
        return _Reading(line, BlockKind.REFERENCE)
    if line.bullet:
        return _Reading(line, BlockKind.BULLET, label=label_at(line, line.bullet.end()))
    row = label_of_row(lines, i)
    if row is not None:
        return _Reading(line, BlockKind.FIELD, label=row)
    if CAPTION.match(line.text):
        return _Reading(line, BlockKind.CAPTION)
    if line.text.endswith("?") and len(line.words) <= 25:
        return _Reading(line, BlockKind.QUESTION)
    level = heading_level(lines, i)
    if level is not None:
        return _Reading(line, BlockKind.HEADING, level)
    if line.numbered:
        return _Reading(line, BlockKind.BULLET, label=label_at(line, line.numbered.end()))
    label = label_at(line, 0)
    if label is not None and (not line.ends_sentence or is_field(lines, i)):
        return _Reading(line, BlockKind.FIELD, label=label)
    return _Reading(line, BlockKind.PARAGRAPH)


def _under_headings(blocks: Sequence[Block], text: str) -> tuple[Block, ...]:
    """The blocks with the headings each stands under, and the line that leads into each list item."""
    placed: list[Block] = []
    path: list[int] = []
    lead_in: int | None = None
    outer: list[int] = []  # the bullets a deeper bullet may belong to
    for i, block in enumerate(blocks):
        if block.kind is not BlockKind.TABLE_ROW:
            path = [j for j in path if blocks[j].level != SECTION_LEVEL]
        if block.kind in (BlockKind.HEADING, BlockKind.QUESTION):
            level = block.level or 3
            path = [j for j in path if (blocks[j].level or 3) < level]
            placed.append(replace(block, level=level, headings=tuple(path)))
            path.append(i)
            lead_in, outer = (i if block.span.of(text).endswith(":") else None), []
            continue
        if block.kind is BlockKind.BULLET:
            outer = [j for j in outer if _indent(blocks[j], text) < _indent(block, text)]
            placed.append(replace(block, headings=tuple(path), lead_in=outer[-1] if outer else lead_in))
            outer.append(i)
            continue
        in_list = block.kind is BlockKind.FIELD
        placed.append(replace(block, headings=tuple(path), lead_in=lead_in if in_list else None))
        if not in_list:
            lead_in, outer = (i if block.span.of(text).endswith(":") else None), []
    return tuple(placed)


def _indent(block: Block, text: str) -> int:
    return block.span.start - (text.rfind("\n", 0, block.span.start) + 1)
