"""The flow ``backfill``: ingests what lies in places named by date or by number, as one.

What has been read stays read: a backfill that was stopped goes on where it was when it is run again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from string import Formatter
from typing import Literal

from prefect import flow
from prefect.logging import get_run_logger
from pydantic import Field, field_validator, model_validator

from flows.ingest import Parameters, ingest
from pipeline.articles import SourceError, plan
from pipeline.ingest import Summary


class BackfillParameters(Parameters):
    """What a backfill is asked to do."""

    sources: list[str] = Field(
        min_length=1,
        description="Places with {date:%Y-%m-%d} or {shard:03d} in them, such as news/{date:%Y/%m}/*.md; "
        "those without are read too",
    )
    first_date: date | None = Field(None, description="The first {date}")
    last_date: date | None = Field(None, description="The last {date}")
    step: Literal["day", "month", "year"] = Field("day", description="How far {date} goes at a time")
    first_shard: int | None = Field(None, ge=0, description="The first {shard}")
    last_shard: int | None = Field(None, ge=0, description="The last {shard}")

    @field_validator("sources")
    @classmethod
    def _can_be_filled_in(cls, sources: list[str]) -> list[str]:
        for source in sources:
            _check(source)
        return sources

    @model_validator(mode="after")
    def _names_what_it_needs(self) -> BackfillParameters:
        for word, first, last in (
            ("date", self.first_date, self.last_date),
            ("shard", self.first_shard, self.last_shard),
        ):
            if any(word in words_of(source) for source in self.sources) and (first is None or last is None):
                raise ValueError(f"sources name a {{{word}}}: give first_{word} and last_{word}")
        if self.first_date and self.last_date and self.first_date > self.last_date:
            raise ValueError(f"first_date {self.first_date} lies behind last_date {self.last_date}")
        if self.first_shard is not None and self.last_shard is not None and self.first_shard > self.last_shard:
            raise ValueError(f"first_shard {self.first_shard} lies behind last_shard {self.last_shard}")
        return self


def words_of(source: str) -> set[str]:
    """What is to be filled in, such as ``date`` in ``news/{date:%Y}``.

    Raises:
        ValueError: the braces do not match.
    """
    return {re.split(r"[.\[]", word)[0] for _, word, _, _ in Formatter().parse(source) if word is not None}


def _check(source: str) -> None:
    try:
        unknown = words_of(source) - {"date", "shard"}
        if not unknown:
            source.format(date=date.min, shard=0)
    except (ValueError, LookupError, AttributeError) as error:
        raise ValueError(f"{source!r} cannot be filled in: {error}") from error
    if unknown:
        raise ValueError(f"{source!r} names {{{min(unknown)}}}; known are {{date}} and {{shard}}")


@flow(name="backfill", flow_run_name="backfill into {parameters.out}", persist_result=False)
def backfill(parameters: BackfillParameters) -> Summary:
    """Ingest everything that is there of the places named; those that are not are told and passed over."""
    there: list[str] = []
    for source in places(parameters):
        try:
            plan([source])
        except SourceError as error:
            get_run_logger().warning("passed over: %s", error)
        else:
            there.append(source)
    if not there:
        raise SourceError(", ".join(parameters.sources), "no article lies in any of the places it names")
    known = parameters.model_dump(include=set(Parameters.model_fields) - {"sources"})
    return ingest(Parameters(sources=there, **known))


def places(parameters: BackfillParameters) -> Iterator[str]:
    """The sources with every date and every shard filled in, each once, in their order."""
    found: dict[str, None] = {}
    for source in parameters.sources:
        words = words_of(source)
        dates = list(_dates(parameters)) if "date" in words else [None]
        shards = list(_shards(parameters)) if "shard" in words else [None]
        for day in dates:
            for shard in shards:
                found[source.format(date=day, shard=shard)] = None
    yield from found


def _dates(parameters: BackfillParameters) -> Iterator[date]:
    day, last = parameters.first_date, parameters.last_date
    while day is not None and last is not None and day <= last:
        yield day
        day = _next(day, parameters.step)


def _next(day: date, step: str) -> date:
    if step == "day":
        return day + timedelta(days=1)
    if step == "year":
        return date(day.year + 1, 1, 1)
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _shards(parameters: BackfillParameters) -> Iterator[int]:
    first, last = parameters.first_shard, parameters.last_shard
    if first is not None and last is not None:
        yield from range(first, last + 1)
