"""``factmill extract``: articles in, mentions out as JSON Lines, nothing stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from pipeline.cli.console import Names, Sources, fail, print_refusal, until_nobody_reads

if TYPE_CHECKING:
    from pipeline.articles import Refusal
    from pipeline.mentions import Extraction, Mention

_BATCH_SIZE = 100_000  # small, so that the first lines come soon


def extract(sources: Sources, names: Names = None) -> None:
    """Print every quantity the articles state, one JSON object a line, without storing anything.

    Example: factmill extract seeds | head -3
    """
    from pipeline.articles import Refusal, SourceError
    from pipeline.language.aboutness import NamesError
    from pipeline.storage import UnreachableError

    refusals = 0
    try:
        with until_nobody_reads():
            for outcome in _outcomes(sources, names or []):
                if isinstance(outcome, Refusal):
                    refusals += 1
                    print_refusal(outcome.doc_id, outcome.source, outcome.error)
                else:
                    for mention in outcome.mentions:
                        typer.echo(json_line(mention))
    except (SourceError, NamesError, UnreachableError) as error:
        fail(str(error))
    if refusals:
        raise typer.Exit(1)


def json_line(mention: Mention) -> str:
    """A mention as one line of JSON: ``doc``, then its other columns in their order."""
    from pipeline.columns import row_of

    row = row_of(mention)
    return json.dumps({"doc": row.pop("doc_id"), **row}, ensure_ascii=False, default=_written)


def _outcomes(sources: list[str], names: list[str]) -> Iterator[Extraction | Refusal]:
    from pipeline.articles import Refusal, plan, read
    from pipeline.ingest import settings_for
    from pipeline.ingest.batches import extract_each, into_batches

    planned = plan(sources)
    settings = settings_for([*planned.names, *names])
    yield from planned.refusals
    for batch in into_batches(planned.portions, _BATCH_SIZE):
        found = [one for portion in batch for one in read(portion)]
        yield from (one for one in found if isinstance(one, Refusal))
        articles = [one for one in found if not isinstance(one, Refusal)]
        yield from (outcome for _, outcome in extract_each(articles, settings))


def _written(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {value!r}")
