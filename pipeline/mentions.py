"""Mentions: every quantity as one article states it, with its exact characters.

``extract_batch`` is the step that scales: a batch of articles in, one row an article out, no state but the language
pipeline, which each process builds once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Mention:
    """One quantity stated once in one article: a row of ``mentions.parquet``."""

    mention_id: Annotated[str, "Identifier of the mention, a hash of its article, place and reading"]
    doc_id: Annotated[str, "The article that states it"]
    start: Annotated[int, "First character of the quantity in the article's text"]
    end: Annotated[int, "One past its last character; text[start:end] is the quantity"]
    text: Annotated[str, "The quantity as written: number and unit"]
    sentence: Annotated[str, "The sentence, table row or heading it stands in, white space folded"]
    value: Annotated[float | None, "The number in `unit`, multipliers worked in; null for a range"]
    low: Annotated[float | None, "Lower end of a range"]
    high: Annotated[float | None, "Upper end of a range"]
    unit: Annotated[str, "Canonical unit: a pint unit, an ISO 4217 code, or the counted noun in the singular"]
    dimension: Annotated[str, "What kind of quantity: power, money, ratio, count..."]
    normal_value: Annotated[float | None, "`value` in the dimension's normal unit"]
    normal_low: Annotated[float | None, "`low` in the dimension's normal unit"]
    normal_high: Annotated[float | None, "`high` in the dimension's normal unit"]
    normal_unit: Annotated[str, "The dimension's normal unit; money keeps its own currency"]
    qualifier: Annotated[str, "exact, approx, more_than, at_least, less_than, at_most, range or tolerance"]
    change: Annotated[str, "none, increase or decrease: the number is the size of a change, or the level it reached"]
    status: Annotated[str, "reported, target or forecast"]
    subject: Annotated[str | None, "Whom or what the number is about, by its canonical name"]
    subject_text: Annotated[str | None, "The subject as the article writes it"]
    metric: Annotated[str | None, "What is measured, by its standard name"]
    metric_text: Annotated[str | None, "The metric as the article writes it; null where the unit alone implies it"]
    period: Annotated[str | None, "When it holds: ISO 8601 date, month, quarter (2025-Q1), half (2025-H2), year, or a/b"]
    period_start: Annotated[date | None, "First day of the period"]
    period_end: Annotated[date | None, "Last day of the period"]
    period_text: Annotated[str | None, "The words that give the period"]
    citations: Annotated[tuple[str, ...], "Citation marks that stand at it, such as 8 for [8]"]
    block: Annotated[str, "What it stands in: paragraph, heading, bullet, table, caption, furniture..."]
    confidence: Annotated[float, "0 to 1: how sure the reading is, number, unit, subject and metric together"]


@dataclass(frozen=True, slots=True)
class Number:
    """One number an article writes, in digits or words, and what became of it: a row of ``numbers.parquet``."""

    doc_id: Annotated[str, "The article it stands in"]
    start: Annotated[int, "Its first character in the article's text"]
    end: Annotated[int, "One past its last character"]
    text: Annotated[str, "The number as written"]
    outcome: Annotated[str, "What it was read as: mention, date, name, citation, ordinal, list number..."]
    mention_id: Annotated[str | None, "The mention it belongs to, where it became one"]
    reason: Annotated[str, "Why it was read that way"]


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything one article yields: the one row of its shard."""

    doc_id: Annotated[str, "The article"]
    content_hash: Annotated[str, "Hash of the article's text and what is known about it"]
    n_words: Annotated[int, "Words in the article"]
    mentions: Annotated[tuple[Mention, ...], "Its mentions, in text order"]
    numbers: Annotated[tuple[Number, ...], "Every number in it, in text order"]
