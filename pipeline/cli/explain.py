"""``factmill explain``: one fact, who says it in which words, why it was read so, and who contradicts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import DEFAULT_OUT, Folder, Out, counted, fail, output, place, until_nobody_reads
from pipeline.cli.printing import Row, heading_of_fact, source_words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from pipeline.explore import Explanation, Passage, Said

FactId = Annotated[
    str,
    typer.Argument(
        metavar="FACT_ID",
        help="The fact's id, as factmill facts prints it last, or how it begins. E.g. f89540c9",
        show_default=False,
    ),
]


def explain(fact_id: FactId, folder: Folder = None, out: Out = DEFAULT_OUT) -> None:
    """Print all that is known of one fact: every sentence that states it, why it was read so, who contradicts it.

    Example: factmill explain f89540c9
    """
    from pipeline.explore import TablesError
    from pipeline.explore import explain as explain_fact

    try:
        explanation = explain_fact(place(folder or out), fact_id)
    except TablesError as error:
        fail(str(error))
    with until_nobody_reads():
        _print(output(), explanation)


def _print(console: Console, explanation: Explanation) -> None:
    fact = explanation.fact
    console.print(heading_of_fact(fact), style="bold", markup=False, soft_wrap=True)
    console.print(_standing(fact), style="dim", markup=False, soft_wrap=True)
    for said in explanation.said:
        console.print()
        _print_said(console, said)
    if explanation.contradictions:
        console.print(f"\nContradicted by {counted(len(explanation.contradictions), 'other fact')}", style="bold")
    for claim in explanation.contradictions:
        _print_claim(console, claim)


def _standing(fact: Row) -> str:
    parts = [fact["status"], f"confidence {fact['confidence']:.2f}", f"stated {counted(fact['n_mentions'], 'time')}"]
    parts.append(f"by {counted(fact['n_sources'], 'publisher')}")
    return " · ".join([*parts, fact["fact_id"]])


def _print_said(console: Console, said: Said) -> None:
    where = ", ".join(part for part in (source_words(said.source), said.source["url"]) if part)
    console.print(where, markup=False, soft_wrap=True)
    _print_marked(console, said.sentence)
    if not said.reasons:
        return
    for reason in said.reasons:
        console.print(f"    {reason}", style="dim", markup=False, soft_wrap=True)
    console.print(f"    confidence: {said.confidence:.2f}", style="dim", markup=False, soft_wrap=True)


def _print_claim(console: Console, claim: Row) -> None:
    from pipeline.explore import mark

    console.print()
    console.print(f"{claim['number']} · {source_words(claim)} · {claim['fact_id']}", markup=False, soft_wrap=True)
    _print_marked(console, mark(claim["sentence"], claim["number"]))


def _print_marked(console: Console, passage: Passage) -> None:
    console.print(_marked(passage, styled=console.is_terminal), soft_wrap=True)


def _marked(passage: Passage, styled: bool) -> Text:
    """A sentence with its quantity marked: in bold and underlined, or in double brackets where nothing shows style."""
    from rich.text import Text

    quantity = passage.quantity if styled or not passage.quantity else f"[[{passage.quantity}]]"
    return Text.assemble("    ", passage.before, (quantity, "bold underline"), passage.behind)
