"""A fact as HTML, as notebooks show it. Whatever comes from an article is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from pipeline.facts.wording import quantity_words

if TYPE_CHECKING:
    from pipeline.facts.records import Fact, Source

__all__ = ["fact_html"]

_LINKED = ("https://", "http://")  # no other address is made a link: one may run a script


def fact_html(fact: Fact) -> str:
    """What a fact says, and below it every sentence that states it."""
    quantity = quantity_words(fact.value, fact.low, fact.high, fact.unit, fact.qualifier, fact.change)
    about = [fact.subject or "?", fact.metric or "?", quantity, fact.period, fact.status]
    heading = " · ".join(escape(part) for part in about if part)
    disputed = f" <em>contradicted: {escape(fact.conflict_id)}</em>" if fact.conflict_id else ""
    rows = "".join(_row(source) for source in fact.sources)
    return (
        f"<div><strong>{heading}</strong>{disputed} "
        f"<small>{escape(fact.fact_id)}, confidence {fact.confidence:.2f}</small><table>{rows}</table></div>"
    )


def _row(source: Source) -> str:
    known = (source.publisher, source.published.isoformat() if source.published else None, source.doc_id)
    who = escape(", ".join(part for part in known if part))
    if source.url and source.url.lower().startswith(_LINKED):
        who = f'<a href="{escape(source.url)}" rel="noopener noreferrer">{who}</a>'
    return f"<tr><td>{who}</td><td>{escape(source.sentence)}</td></tr>"
