"""Mentions: every quantity as one article states it, with its exact characters.

``extract_batch`` is the step that scales: a batch of articles in, one row an article out, no state but the language
pipeline, which each process builds once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Annotated

import models
from pipeline import language, units
from pipeline.articles import Article
from pipeline.articles.similarity import signature_of
from pipeline.columns import stable_id
from pipeline.language.aboutness import Statement
from pipeline.language.aboutness.reasons import metric_reason, period_reason, standing_reason, subject_reason
from pipeline.language.layout.page import SILENT, Context, Page
from pipeline.language.numbers.scales import is_number_word
from pipeline.language.periods.dates import period_bounds, shortest_form
from pipeline.language.quantities.quantities import NotQuantity, Quantity
from pipeline.language.tokens import Kind

_CITATION_REACH = 200  # characters behind a quantity in which its citation marks are looked for


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
    period: Annotated[
        str | None, "When it holds: ISO 8601 date, month, quarter (2025-Q1), half (2025-H2), year, or a/b"
    ]
    period_start: Annotated[date | None, "First day of the period"]
    period_end: Annotated[date | None, "Last day of the period"]
    period_text: Annotated[str | None, "The words that give the period"]
    citations: Annotated[tuple[str, ...], "Citation marks that stand at it, such as 8 for [8]"]
    block: Annotated[str, "What it stands in: paragraph, heading, bullet, table, caption, furniture..."]
    confidence: Annotated[float, "0 to 1: how sure the reading is, number, unit, subject and metric together"]
    reasons: Annotated[
        tuple[str, ...],
        "Why it was read so, a line a field: quantity, subject, metric, period, status, change; how sure in brackets",
    ]


@dataclass(frozen=True, slots=True)
class Number:
    """One number an article writes, in digits or words, and what became of it: a row of ``numbers.parquet``."""

    doc_id: Annotated[str, "The article it stands in"]
    start: Annotated[int, "Its first character in the article's text"]
    end: Annotated[int, "One past its last character"]
    text: Annotated[str, "The number as written"]
    outcome: Annotated[str, "What it was read as: mention, date, name, citation, ordinal, list number, unknown unit..."]
    mention_id: Annotated[str | None, "The mention it belongs to, where it became one"]
    reason: Annotated[str, "Why it was read that way"]


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything one article yields: the one row of its shard."""

    doc_id: Annotated[str, "The article"]
    content_hash: Annotated[str, "Hash of the article's text and what is known about it"]
    n_words: Annotated[int, "Words in the article"]
    signature: Annotated[tuple[int, ...], "MinHash of its runs of words, by which near copies are told"]
    mentions: Annotated[tuple[Mention, ...], "Its mentions, in text order"]
    numbers: Annotated[tuple[Number, ...], "Every number in it, in text order"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What an extraction depends on besides the articles: small, hashable, and the same in every process."""

    names: tuple[str, ...] = ()
    model: str = models.DEFAULT


def extract_batch(articles: Sequence[Article], settings: Settings = Settings()) -> list[Extraction]:
    """What a batch of articles states, one extraction an article, in their order."""
    return [extract(article, settings) for article in articles]


def extract(article: Article, settings: Settings = Settings()) -> Extraction:
    """What one article states."""
    context = Context(article.title, article.published, article.body_start)
    doc = language.read(language.build(settings.names, settings.model), article.text, context)
    page: Page = doc._.page
    mentions = tuple(_mention(article, page, statement) for statement in doc._.statements)
    numbers = tuple(_numbers(article, page, doc._.quantities, doc._.not_quantities, mentions))
    counted, signature = len(article.text.split()), signature_of(article.text)
    return Extraction(article.doc_id, article.content_hash, counted, signature, mentions, numbers)


def _mention(article: Article, page: Page, statement: Statement) -> Mention:
    quantity, unit = statement.quantity, units.resolve(statement.quantity.unit)
    start, end = page.tokens[quantity.first].start, page.tokens[quantity.end - 1].end
    value, low, high = (
        None if n is None else units.canonical_number(n) for n in (quantity.value, quantity.low, quantity.high)
    )
    period = statement.when.period
    iso = shortest_form(period.iso) if period is not None and period.iso is not None else None
    period_text = " ".join(page.written(period.first, period.end).split()) or None if period else None
    first_day, last_day = period_bounds(iso) if iso else (None, None)
    subject, metric = statement.subject, statement.metric
    return Mention(
        mention_id=stable_id("m", article.doc_id, start, end, value, low, high, unit.name),
        doc_id=article.doc_id,
        start=start,
        end=end,
        text=article.text[start:end],
        sentence=" ".join(page.written(*statement.sentence).split()),
        value=value,
        low=low,
        high=high,
        unit=unit.name,
        dimension=unit.dimension,
        normal_value=unit.normalise(value),
        normal_low=unit.normalise(low),
        normal_high=unit.normalise(high),
        normal_unit=unit.normal,
        qualifier=quantity.qualifier,
        change=statement.change.label,
        status=statement.status.label,
        subject=subject.name if subject else None,
        subject_text=subject.text if subject else None,
        metric=metric.name if metric else None,
        metric_text=metric.text if metric else None,
        period=iso,
        period_start=first_day,
        period_end=last_day,
        period_text=period_text,
        citations=_citations(page, quantity.end),
        block=str(page.blocks[statement.block].kind),
        confidence=statement.confidence,
        reasons=tuple(_reasons(statement, period_text)),
    )


def _reasons(statement: Statement, period_text: str | None) -> Iterator[str]:
    yield f"quantity: {statement.quantity.reason}"
    yield subject_reason(statement.subject)
    yield metric_reason(statement.metric)
    yield period_reason(statement.when, period_text)
    yield standing_reason("status", statement.status)
    yield standing_reason("change", statement.change)


def _citations(page: Page, i: int) -> tuple[str, ...]:
    """The citation marks that follow a quantity, up to the next number that is none."""
    rest = page.text[page.tokens[i - 1].end : page.tokens[i - 1].end + _CITATION_REACH]
    sentence = re.split(r"[.;](?:\s|$)|\n\s*[•*-] ", rest, maxsplit=1)[0]
    return tuple(re.findall(r"\[(\d{1,3})\]", sentence))


def _numbers(
    article: Article,
    page: Page,
    quantities: Mapping[int, Sequence[Quantity]],
    others: Mapping[int, Sequence[NotQuantity]],
    mentions: Sequence[Mention],
) -> Iterator[Number]:
    """Every number of a page and what became of it. Numbers in blocks that are not read take the block's kind."""
    by_place = {(mention.start, mention.end): mention.mention_id for mention in mentions}
    for i, (block, (first, stop)) in enumerate(zip(page.blocks, page.ranges, strict=True)):
        fates: dict[int, tuple[str, str, str | None]] = {}
        for quantity in quantities.get(i, ()):
            start, end = page.tokens[quantity.first].start, page.tokens[quantity.end - 1].end
            fates |= dict.fromkeys(
                range(quantity.first, quantity.end), ("mention", quantity.reason, by_place[start, end])
            )
        for other in others.get(i, ()):
            fates |= dict.fromkeys(range(other.first, other.end), (other.kind, other.reason, None))
        silent = (str(block.kind), f"stands in {block.kind}, which is not read", None) if block.kind in SILENT else None
        for begin, end in _number_runs(page, first, stop):
            outcome, reason, mention_id = (
                fates.get(begin) or silent or ("word", "a number word that counts nothing here", None)
            )
            start, last = page.tokens[begin].start, page.tokens[end - 1].end
            yield Number(article.doc_id, start, last, article.text[start:last], outcome, mention_id, reason)


def _number_runs(page: Page, first: int, stop: int) -> Iterator[tuple[int, int]]:
    """The numbers as written: each stretch of digits, and number words in a row."""
    i = first
    while i < stop:
        token = page.tokens[i]
        end = i + 1
        if token.kind is Kind.NUMBER:
            yield i, end
        elif is_number_word(token.lower):
            while end < stop and (
                is_number_word(page.tokens[end].lower)
                or (page.tokens[end].text == "-" and end + 1 < stop and is_number_word(page.tokens[end + 1].lower))
            ):
                end += 1
            yield i, end
        i = end


@cache
def extractor_version(settings: Settings = Settings()) -> str:
    """A hash of all that decides what is extracted: this code, the vocabulary, the model and the names."""
    digest = blake2b(digest_size=8)
    for name, path in sorted(_deciding_files()):
        digest.update(name.encode() + path.read_bytes())
    for names in settings.names:
        digest.update(Path(names).read_bytes())
    digest.update(settings.model.encode())
    return digest.hexdigest()


def _deciding_files() -> Iterator[tuple[str, Path]]:
    """The files that decide, each with its name within the project: it counts, and not where that is installed."""
    here = Path(__file__).parent
    patterns = [f"{name}.py" for name in ("columns", "units", "mentions")] + ["articles/*.py", "language/**/*.py"]
    # The examples beside the vocabulary decide nothing.
    patterns += [f"vocabulary/{pattern}" for pattern in ("*.py", "*.toml", "definitions.txt")]
    for pattern in patterns:
        yield from ((path.relative_to(here).as_posix(), path) for path in here.glob(pattern))
    folder = Path(models.__file__).parent
    for path in (*folder.glob("linking/*.tsv"), *folder.glob("*.txt"), *folder.glob("trained/**/*")):
        if path.is_file():
            yield f"models/{path.relative_to(folder).as_posix()}", path
