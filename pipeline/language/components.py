"""The spaCy components of factmill, in the order a page is read. Each is a registered factory for anybody's pipeline.

    factmill_layout       doc._.page        blocks, tokens
    factmill_periods      doc._.periods     words of time, by block
    factmill_quantities   doc._.quantities  numbers with their units, by block; doc._.not_quantities;
                          doc.spans["quantities"]
    factmill_syntax       doc._.sentences   the sentences that hold quantities, with their trees
    factmill_aboutness    doc._.statements  each quantity with subject, metric, period, status, change

``doc._.context`` tells what is known besides the text (title, day of publication); set it before the components run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc, Span

import models
from pipeline.language.aboutness import find_statements, read_names
from pipeline.language.layout.blocks import Block, BlockKind
from pipeline.language.layout.page import SILENT, Context, Page, read_page
from pipeline.language.periods.periods import Period, find_periods
from pipeline.language.quantities.around import Around
from pipeline.language.quantities.left_out import complete_units
from pipeline.language.quantities.quantities import NotQuantity, Quantity, read_block
from pipeline.language.syntax.parsing import read_sentences
from pipeline.language.tokens import Kind

__all__ = ["COMPONENTS"]

COMPONENTS = ("factmill_layout", "factmill_periods", "factmill_quantities", "factmill_syntax", "factmill_aboutness")

_EXTENSIONS: dict[str, object] = {
    "context": Context(),
    "page": None,
    "periods": {},
    "quantities": {},
    "not_quantities": {},
    "sentences": (),
    "statements": (),
}
for _extension in _EXTENSIONS:
    if not Doc.has_extension(_extension):
        Doc.set_extension(_extension, default=_EXTENSIONS[_extension])


@Language.component("factmill_layout", assigns=["doc._.page"])
def layout(doc: Doc) -> Doc:
    """Reads the page: its blocks, and the tokens of the number grammar."""
    doc._.page = read_page(doc.text, doc._.context)
    return doc


@Language.component("factmill_periods", requires=["doc._.page"], assigns=["doc._.periods"])
def periods(doc: Doc) -> Doc:
    """Finds the words of time in every block; a year spoken of once holds until the next."""
    page = doc._.page
    found: dict[int, Sequence[Period]] = {}
    year: int | None = None
    for i, (first, stop) in enumerate(page.ranges):
        found[i] = find_periods(page.tokens, first, stop, page.context.published, year)
        absolute = [period for period in found[i] if period.iso and period.dated and not period.relative]
        year = int(str(absolute[-1].iso)[:4]) if absolute else year
    doc._.periods = found
    return doc


@Language.component(
    "factmill_quantities",
    requires=["doc._.page", "doc._.periods"],
    assigns=["doc._.quantities", "doc._.not_quantities"],
)
def quantities(doc: Doc) -> Doc:
    """Finds the quantities of every block that speaks of the article's matter, and what its other numbers are."""
    page = doc._.page
    found: dict[int, Sequence[Quantity]] = {}
    others: dict[int, Sequence[NotQuantity]] = {}
    above: Sequence[Quantity] = ()
    for i, block in enumerate(page.blocks):
        if block.kind in SILENT:
            continue
        written, not_quantities = _read_cells(around_block(page, i, doc._.periods[i]), page, block)
        complete, bare = complete_units(page, i, written, above)
        found[i], others[i] = complete, sorted([*not_quantities, *bare], key=lambda other: other.first)
        above = complete or above
    doc._.quantities, doc._.not_quantities = found, others
    doc.spans["quantities"] = [_span(doc, quantity) for block in found.values() for quantity in block]
    return doc


def _read_cells(around: Around, page: Page, block: Block) -> tuple[list[Quantity], list[NotQuantity]]:
    """The quantities of a block and its other numbers; in a row that kept its cells, none runs on into the next."""
    begins = sorted({page.tokens_in(cell)[0] for cell, _ in block.columns} - {around.first, around.stop})
    read = [
        read_block(replace(around, first=first, stop=stop))
        for first, stop in pairwise([around.first, *begins, around.stop])
    ]
    return [one for written, _ in read for one in written], [one for _, others in read for one in others]


def around_block(page: Page, i: int, found: Sequence[Period]) -> Around:
    """What the grammar of quantities knows of a block: its tokens, its words of time, how the article writes."""
    first, stop = page.ranges[i]
    by_token = {i: period for period in found for i in range(period.first, period.end)}
    words = [token for token in page.tokens[first:stop] if token.kind is Kind.WORD and len(token.text) > 3]
    capitals = sum(token.capitalised for token in words)
    kind = page.blocks[i].kind
    row = kind is BlockKind.TABLE_ROW
    titled = row or (len(words) > 2 and capitals > 0.7 * len(words) and page.tokens[stop - 1].text != ".")
    in_titles = kind is BlockKind.TABLE_HEADER
    return Around(
        page.tokens, first, stop, by_token, page.masked, page.words, page.style, titled, page.dollar, in_titles
    )


def _span(doc: Doc, quantity: Quantity) -> Span:
    """The spaCy tokens that hold a quantity; a token that holds more than it (``288kW/528N·m``) is taken whole."""
    tokens = doc._.page.tokens
    start, end = tokens[quantity.first].start, tokens[quantity.end - 1].end
    span = doc.char_span(start, end, label=quantity.unit, alignment_mode="expand")
    if span is None:
        raise ValueError(f"no spaCy tokens at characters {start}-{end}; the page was read from another text")
    return span


@Language.factory(
    "factmill_syntax",
    default_config={"model": models.DEFAULT},
    requires=["doc._.quantities"],
    assigns=["doc._.sentences"],
)
def make_syntax(nlp: Language, name: str, model: str) -> Callable[[Doc], Doc]:  # noqa: ARG001 - spaCy's signature
    """A component that parses the sentences which hold quantities.

    ``model``: factmill's own tagger and parser, any other spaCy pipeline that has both, or ``none``.
    """
    parser = models.load(model)

    def syntax(doc: Doc) -> Doc:
        doc._.sentences = read_sentences(doc._.page, doc._.quantities, doc._.periods, parser)
        return doc

    return syntax


@Language.factory(
    "factmill_aboutness", default_config={"names": []}, requires=["doc._.sentences"], assigns=["doc._.statements"]
)
def make_aboutness(nlp: Language, name: str, names: list[str]) -> Callable[[Doc], Doc]:  # noqa: ARG001 - spaCy's signature
    """A component that finds what each quantity is about. ``names``: paths of names files (who is also called what)."""
    forms = read_names(names)

    def aboutness(doc: Doc) -> Doc:
        found = find_statements(doc._.page, doc._.sentences, doc._.quantities, doc._.periods, forms)
        doc._.statements = tuple(found)
        return doc

    return aboutness
