"""The records of this room: facts and their sources, conflicts and their claims, documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

EXTRACTED = "extracted"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that states a fact."""

    doc_id: Annotated[str, "The article that states it"]
    start: Annotated[int, "First character of the quantity in the article's text"]
    end: Annotated[int, "One past its last character"]
    text: Annotated[str, "The quantity as this article writes it"]
    sentence: Annotated[str, "The sentence it stands in"]
    publisher: Annotated[str | None, "Who published the article"]
    published: Annotated[date | None, "When it was published"]
    url: Annotated[str | None, "Where it can be read"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One number said of something, once, with every place that says so."""

    fact_id: Annotated[str, "Identifier of the fact, a hash of what makes it that fact; the same from run to run"]
    subject: Annotated[str | None, "Whom or what the number is about, by its canonical name"]
    metric: Annotated[str | None, "What is measured, by its standard name"]
    value: Annotated[float | None, "The number in `unit`, multipliers worked in; null for a range"]
    low: Annotated[float | None, "Lower end of a range, in `unit`"]
    high: Annotated[float | None, "Upper end of a range, in `unit`"]
    unit: Annotated[str, "The unit most of its sources write: a pint unit, an ISO 4217 code, or the counted noun"]
    dimension: Annotated[str, "What kind of quantity: power, money, ratio, count..."]
    normal_value: Annotated[float | None, "`value` in the dimension's normal unit, to 9 significant digits"]
    normal_low: Annotated[float | None, "`low` in the dimension's normal unit, to 9 significant digits"]
    normal_high: Annotated[float | None, "`high` in the dimension's normal unit, to 9 significant digits"]
    normal_unit: Annotated[str, "The dimension's normal unit; money keeps its own currency"]
    qualifier: Annotated[str, "exact, approx, more_than, at_least, less_than, at_most, range or tolerance"]
    change: Annotated[str, "none, increase or decrease: the number is the size of a change, or the level it reached"]
    status: Annotated[str, "reported, target or forecast"]
    period: Annotated[str | None, "When it holds: ISO 8601 date, month, quarter (2025-Q1), half (2025-H2), year, a/b"]
    period_start: Annotated[date | None, "First day of the period"]
    period_end: Annotated[date | None, "Last day of the period"]
    n_mentions: Annotated[int, "How often it is stated"]
    n_documents: Annotated[int, "How many articles state it"]
    n_sources: Annotated[
        int, "How many publishers state it; a near copy counts as what it copies, an article without publisher as one"
    ]
    first_published: Annotated[date | None, "Date of the earliest article that states it"]
    last_published: Annotated[date | None, "Date of the latest article that states it"]
    confidence: Annotated[float, "0 to 1: how sure the surest of its mentions is"]
    conflict_id: Annotated[str | None, "A conflict it is part of, where another fact contradicts it"]
    duplicate_of: Annotated[
        str | None, "Of a fact that leaves its period or subject open: the only fact that says the same and names it"
    ]
    sources: Annotated[tuple[Source, ...], "Every place that states it, by article and position"]

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        from pipeline.facts.notebook import fact_html

        return fact_html(self)


@dataclass(frozen=True, slots=True)
class Claim:
    """One side of a conflict: a fact, by the first place that states it."""

    fact_id: Annotated[str, "The fact"]
    number: Annotated[str, "The quantity as written"]
    sentence: Annotated[str, "The sentence it stands in"]
    doc_id: Annotated[str, "The article it stands in"]
    publisher: Annotated[str | None, "Who published the article"]
    published: Annotated[date | None, "When it was published"]
    period: Annotated[str | None, "When the number is said to hold"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Facts that cannot all be true."""

    conflict_id: Annotated[str, "Identifier of the conflict, a hash of what it is about; the same from run to run"]
    kind: Annotated[str, "`different number`, `target against target`, `different period` or `different window`"]
    subject: Annotated[str, "Whom or what the numbers are about"]
    metric: Annotated[str, "What they measure"]
    dimension: Annotated[str, "What kind of quantity"]
    period: Annotated[str | None, "When they hold"]
    status: Annotated[str, "reported, target or forecast"]
    change: Annotated[str, "none, increase or decrease"]
    normal_unit: Annotated[str, "The unit of `low` and `high`"]
    n_facts: Annotated[int, "How many facts contradict one another"]
    low: Annotated[float, "The lowest of the numbers"]
    high: Annotated[float, "The highest of the numbers"]
    spread: Annotated[float | None, "high / low - 1, how far apart they are; null where the numbers differ in sign"]
    facts: Annotated[tuple[Claim, ...], "The facts, lowest number first"]


@dataclass(frozen=True, slots=True)
class Document:
    """One article that was read, or that was refused and why."""

    doc_id: Annotated[str, "Identifier of the article: its file's stem, or the `id` of a bulk record"]
    source: Annotated[str, "Where it was read from: a path or URL, path:line for a bulk record"]
    title: Annotated[str | None, "Its headline"]
    publisher: Annotated[str | None, "Who published it"]
    published: Annotated[date | None, "When it was published: by its metadata, or else its dateline or byline"]
    url: Annotated[str | None, "Where it can be read"]
    content_hash: Annotated[str | None, "Hash of its text and what is known about it; null where it could not be read"]
    status: Annotated[str, "`extracted`, or `refused`: none of it is in the other tables"]
    error: Annotated[str | None, "Why it was refused"]
    n_characters: Annotated[int, "Characters in its text"]
    n_words: Annotated[int, "Words in its text"]
    n_mentions: Annotated[int, "Quantities found in it"]
    n_numbers: Annotated[int, "Numbers found in it, quantities or not"]
    copy_of: Annotated[str | None, "The earlier article that it repeats nearly word for word"]
