"""``factmill evaluate``: how right the mentions are, against articles that people annotated."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.console import counted, errors, fail, output, until_nobody_reads, watching
from pipeline.cli.mistakes import mistakes_of, place_of, print_mistake
from pipeline.cli.scores import (
    CALIBRATION_EXPLAINED,
    FIGURES_EXPLAINED,
    WIDE,
    breakdown,
    calibration_table,
    figures_table,
)

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.evaluation import Figures, Judged, Measured, Pin


class By(StrEnum):
    """What the figures are broken down by."""

    kind = "kind"
    article = "article"


class Mistake(StrEnum):
    """What can be wrong: a mention as such, or one of its fields."""

    missed = "missed"
    extra = "extra"
    qualifier = "qualifier"
    subject = "subject"
    metric = "metric"
    period = "period"
    status = "status"
    change = "change"


class Format(StrEnum):
    """What is printed."""

    table = "table"
    json = "json"


def evaluate(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FOLDER",
            help="Articles, their gold beside them as <stem>.jsonl or in a subfolder gold; if none is given, the "
            "project's own. E.g. seeds",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        By | None,
        typer.Option(help="Also by kind of article (domain and layout), or article by article. E.g. --by kind"),
    ] = None,
    show: Annotated[
        list[Mistake] | None, typer.Option(help="List what is wrong; may be given again. E.g. --show subject")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="What to print. E.g. --format json")] = Format.table,
    pin: Annotated[
        bool,
        typer.Option("--pin", help="Pin the project's articles and raise its floors. E.g. factmill evaluate --pin"),
    ] = False,
    lower: Annotated[
        bool, typer.Option("--lower", help="With --pin: lower floors on purpose. E.g. factmill evaluate --pin --lower")
    ] = False,
) -> None:
    """Measure how right factmill reads articles that people annotated, figure by figure.

    Example: factmill evaluate tests/gold/dev --show metric
    """
    from pipeline.articles import SourceError
    from pipeline.evaluation import BaselineError, FallenError, GoldError, read_baseline
    from pipeline.language.aboutness import NamesError

    if lower and not pin:
        fail("--lower goes with --pin: `factmill evaluate --pin --lower`")
    chosen = _chosen(folders)
    if pin:
        _check_that_the_project_pins(chosen)
    try:
        pins = read_baseline()
        measured = _measured(chosen)
        if form is Format.json:
            _print_json(measured, pins, show or [])
        else:
            _print_all(measured, by, show or [])
        _tell_failures(measured.values())
        if pin:
            _pin(_of_project(measured), pins, lower=lower)
        else:
            _tell_problems(_of_project(measured), pins)
    except (SourceError, GoldError, NamesError, BaselineError, FallenError) as error:
        fail(str(error))
    if any(one.failures for one in measured.values()):
        raise typer.Exit(1)


def _chosen(folders: Iterable[Path] | None) -> list[Path]:
    from pipeline.evaluation import CORPORA

    if folders:
        return list(dict.fromkeys(folders))
    if missing := [folder for folder in CORPORA.values() if not folder.is_dir()]:
        fail(
            f"there is no {missing[0]} here: run it in the project's folder, or name folders of annotated articles, "
            "such as `factmill evaluate news`"
        )
    return list(CORPORA.values())


def _measured(folders: Iterable[Path]) -> dict[str, Measured]:
    from pipeline.evaluation import find_corpus, measure

    corpora = [find_corpus(folder) for folder in folders]  # all of them first: what is wrong with one is told at once
    with watching(quiet=False) as progress:
        return {str(corpus.folder): measure(corpus, progress) for corpus in corpora}


def _tell_failures(measured: Iterable[Measured]) -> None:
    for failure in (failure for one in measured for failure in one.failures):
        missed = counted(failure.figures.gold, "gold mention")
        errors().print(f"failed on {failure.source}: {failure.error}; its {missed} count as missed", markup=False)


# --- the floors


def _of_project(measured: Mapping[str, Measured]) -> dict[str, Measured]:
    """Those of the project's own corpora that were measured, by the names they are pinned under."""
    from pipeline.evaluation import CORPORA

    by_place = {Path(folder).resolve(): one for folder, one in measured.items()}
    return {name: by_place[place.resolve()] for name, place in CORPORA.items() if place.resolve() in by_place}


def _check_that_the_project_pins(folders: Iterable[Path]) -> None:
    from pipeline.evaluation import BASELINE, CORPORA

    own = {place.resolve() for place in CORPORA.values()}
    for folder in folders:
        if folder.resolve() not in own:
            fail(f"{folder} is not pinned: {BASELINE} is for {', '.join(map(str, CORPORA.values()))}; leave --pin out")


def _pin(measured: Mapping[str, Measured], pins: Mapping[str, Pin], *, lower: bool) -> None:
    from pipeline.evaluation import BASELINE, pinned_anew, write_baseline

    if failures := [failure for one in measured.values() for failure in one.failures]:
        fail(f"nothing is pinned while an article fails: mend {failures[0].source} first")
    anew = pinned_anew(pins, measured, lower=lower)
    write_baseline(anew)
    for name in measured:
        old = pins[name].floors if name in pins else {}
        for figure, floor in anew[name].floors.items():
            if figure in old and floor != old[figure]:
                errors().print(f"{name}: {figure} {old[figure]:.3f} → {floor:.3f}", markup=False)
    errors().print(f"pinned {', '.join(measured)} in {BASELINE}", markup=False)


def _tell_problems(measured: Mapping[str, Measured], pins: Mapping[str, Pin]) -> None:
    """What would fail the tests, said where somebody is measuring anyway."""
    from pipeline.evaluation import problems

    for name, one in measured.items():
        for problem in problems(name, one, pins):
            errors().print(problem, markup=False)


# --- for people


def _print_all(measured: Mapping[str, Measured], by: By | None, show: Collection[str]) -> None:
    with until_nobody_reads():
        console = output()
        for one in measured.values():
            _print_mistakes(console, one, show)
        console.print(figures_table(measured))
        console.print(FIGURES_EXPLAINED, style="dim")
        console.print()
        console.print(calibration_table(measured))
        console.print(CALIBRATION_EXPLAINED, style="dim")
        by = by or (By.kind if len(measured) == 1 and not show else None)
        if by is not None:
            _print_breakdown(console, measured, by)


def _print_breakdown(console: Console, measured: Mapping[str, Measured], by: By) -> None:
    for folder, one in measured.items():
        for table in breakdown(one, by, console.width >= WIDE):
            console.print()
            if len(measured) > 1:
                console.print(folder, style="dim", markup=False)
            console.print(table)


def _print_mistakes(console: Console, measured: Measured, kinds: Collection[str]) -> None:
    found = 0
    for one, wrong in mistakes_of(measured, kinds):
        print_mistake(console, one, wrong)
        found += 1
    if kinds:
        console.print(f"{counted(found, 'mistake')} in {measured.corpus.folder}\n", style="dim", markup=False)


# --- for machines


def _print_json(measured: Mapping[str, Measured], pins: Mapping[str, Pin], show: Collection[str]) -> None:
    from pipeline.evaluation import problems

    found = {folder: _as_dict(one, show) for folder, one in measured.items()}
    for name, one in _of_project(measured).items():
        found[str(one.corpus.folder)]["problems"] = problems(name, one, pins)
    with until_nobody_reads():
        json.dump(found, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")


def _as_dict(measured: Measured, show: Collection[str]) -> dict[str, Any]:
    def groups(kind: Callable[[Judged], str]) -> dict[str, Any]:
        return {name: {"articles": n, **_counts(figures)} for name, (n, figures) in measured.by(kind).items()}

    return {
        "articles": len(measured.articles),
        **_counts(measured.figures),
        "calibration": [
            {"confidence": sure.confidence, "mentions": sure.mentions, "right": sure.rate}
            for sure in measured.figures.calibration
        ],
        "domains": groups(lambda one: one.domain),
        "layouts": groups(lambda one: one.layout),
        "failures": [{"doc": one.doc_id, "source": one.source, "error": one.error} for one in measured.failures],
        "wrong": [
            {
                "what": wrong.field,
                "doc": one.doc_id,
                "place": place_of(one, wrong),
                "start": wrong.start,
                "text": wrong.text,
                "found": wrong.found,
                "gold": wrong.gold,
            }
            for one, wrong in mistakes_of(measured, show)
        ],
    }


def _counts(figures: Figures) -> dict[str, Any]:
    return {"gold": figures.gold, "met": figures.met, "extra": figures.extra, "figures": figures.rates}
