"""factmill: articles in, a table of numeric facts out.

Data walks through the rooms in this order, and a room imports only from rooms it has passed (checked in CI):

    storage/      a place by its name: a path, or an object store, which no other room knows by its kind
    columns       records with described columns; the Arrow schemas are derived from them
    vocabulary/   what articles call things, as data a maintainer edits
    units         the one pint registry: canonical unit, dimension, normal unit
    articles/     a source (file, folder, glob, JSON Lines, Parquet, here or remote) becomes articles
    language/     the spaCy components: layout, words of time, quantities, trees, what each quantity is about
    mentions      every quantity as one article states it, with its exact characters
    evaluation/   how right the mentions are, against annotated articles, and the floors under that
    training/     what the signals of aboutness are worth, learnt from annotated articles
    facts/        mentions become facts: identity, merging, sources, conflicts
    published     the layout of the published tables, and how to read several of them as one
    remote_tables the same in an object store
    store/        Parquet: immutable shards, atomic publishing, cleaning, the data dictionary
    explore/      the published tables loaded, asked, converted, compared, and one fact explained
    ingest/       the whole run as plain functions, its batches and the processes that do them, what it leaves behind
    limits        what a run bears: how much an article may take, how many may be refused
    logs          what happens in a run, as lines to read or as JSON
    config        what a project has settled once for all its commands
    cli/          the ``factmill`` command

``flows`` runs ``ingest`` under Prefect; nothing here knows of it. ``models`` holds what was trained: the tagger and
parser, and the weights by which ``language/aboutness`` chooses.

In a notebook: ``pipeline.load_facts("extracted")`` is a data frame, ``pipeline.facts_of("extracted")`` are records.
For other engines: ``pipeline.extract_batches(batches)`` makes mentions of articles, both as Arrow batches.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.explore import facts_of, load_facts
    from pipeline.ingest.arrow_batches import extract_batches

__all__ = ["extract_batches", "facts_of", "load_facts"]

_PLACES = {
    "extract_batches": "pipeline.ingest.arrow_batches",
    "facts_of": "pipeline.explore",
    "load_facts": "pipeline.explore",
}


def __getattr__(name: str) -> Any:
    """What ``__all__`` names, loaded when it is asked for, so that ``import pipeline`` stays light."""
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
