"""``factmill query``: SQL over the tables by their names."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipeline.cli.console import DEFAULT_OUT, Folder, Out, fail, output, place, until_nobody_reads
from pipeline.cli.printing import Format, print_csv, print_json

_SCREENFUL = 50
_ALL = sys.maxsize

Sql = Annotated[
    str,
    typer.Argument(
        metavar="SQL",
        help="One SELECT over facts, mentions, documents, numbers, conflicts. E.g. 'SELECT count(*) FROM facts'",
        show_default=False,
    ),
]


def query(
    sql: Sql,
    folder: Folder = None,
    out: Out = DEFAULT_OUT,
    limit: Annotated[
        int, typer.Option(min=0, help="At most so many rows in a table, 0 for all. E.g. --limit 20")
    ] = _SCREENFUL,
    form: Annotated[Format, typer.Option("--format", help="What to print. E.g. --format csv")] = Format.table,
) -> None:
    """Print the answer to SQL over the tables facts, mentions, documents, numbers and conflicts, which only reads.

    Example: factmill query "SELECT subject, count(*) AS n FROM facts GROUP BY ALL ORDER BY n DESC"
    """
    from pipeline.explore import TablesError, ask, sealed

    try:
        with sealed(place(folder or out)) as database, until_nobody_reads():
            answer = ask(database, sql)
            if form is Format.csv:
                print_csv(answer.columns(), answer.rows())
            elif form is Format.json:
                print_json(answer.rows())
            else:
                answer.show(output().width, limit or _ALL)
    except TablesError as error:
        fail(str(error))
