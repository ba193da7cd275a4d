"""``factmill evaluate``: figures, lists of what is wrong, and the floors the project pins."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipeline import mentions
from pipeline.articles import Article
from pipeline.cli import app
from pipeline.cli.mistakes import around
from pipeline.evaluation import BASELINE, CORPORA, find_corpus, measure, problems, read_baseline
from pipeline.mentions import Extraction, Settings

from .factories import extract_simply

pytestmark = pytest.mark.usefixtures("simple_extractor")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["evaluate", *arguments], catch_exceptions=False)


def told(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output without padding, standard error."""
    result = run(*arguments)
    return result.exit_code, "\n".join(line.rstrip() for line in result.stdout.splitlines()), result.stderr


def gold_of(text: str, **given: Any) -> dict[str, Any]:
    """A gold mention as the simple extractor finds it in "Alpha has 288 kW"."""
    number, unit = text.split(" ", 1)
    return {
        "text": text,
        "value": float(number),
        "low": None,
        "high": None,
        "unit": unit,
        "qualifier": "exact",
        "subject": ["Alpha"],
        "metric": ["power"],
        "period": "2025",
        "status": "reported",
        "change": "none",
        **given,
    }


def annotate(folder: Path, stem: str, text: str, *gold: dict[str, Any], beside: bool = True) -> None:
    place = folder if beside else folder / "gold"
    place.mkdir(parents=True, exist_ok=True)
    (folder / f"{stem}.txt").write_text(text)
    (place / f"{stem}.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in gold))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with corpora where the project has its own, read with a fault or two."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mentions, "extract_batch", extract_simply)
    annotate(Path("seeds"), "cars-one", "Alpha has 288 kW.\n", gold_of("288 kW"), beside=False)
    (Path("seeds") / "notes.txt").write_text("Beta has 3 kW and no gold.\n")
    dev = CORPORA["dev"]
    annotate(
        dev,
        "cars-one",
        "A line.\nAlpha has 288 kW. Alpha has 1500 kW of\nit. Delta has 3 kW!",
        gold_of("288 kW"),
        gold_of("1500 kW", subject=["Beta", "Beta Motors"]),
        {**gold_of("5 kW"), "text": "it"},
    )
    annotate(dev, "motors-two", "Alpha has 7 kW.\n", gold_of("7 kW", metric=["maximum output"]))
    annotate(CORPORA["test"], "cars-three", "Alpha has 288 kW.\n", gold_of("288 kW"))
    return tmp_path


def fail_on(monkeypatch: pytest.MonkeyPatch, doc_id: str) -> None:
    def extract(articles: Sequence[Article], settings: Settings) -> list[Extraction]:
        if any(article.doc_id == doc_id for article in articles):
            raise ZeroDivisionError("[b]")
        return extract_simply(articles, settings)

    monkeypatch.setattr(mentions, "extract_batch", extract)


# --- figures


@pytest.mark.usefixtures("project")
def test_the_figures_of_every_folder() -> None:
    assert run("--pin").exit_code == 0
    assert told() == (
        0,
        """\
figures                      seeds  tests/gold/dev  tests/gold/test
articles                         1               2                1
gold mentions                    1               4                1
quantity, precision          1.000           0.750            1.000
quantity, recall             1.000           0.750            1.000
quantity, F1                 1.000           0.750            1.000
qualifier right              1.000           1.000            1.000
subject right                1.000           0.667            1.000
metric right                 1.000           0.667            1.000
period right                 1.000           1.000            1.000
status right                 1.000           1.000            1.000
change right                 1.000           1.000            1.000
fact, F1                     1.000           0.250            1.000
full, F1                     1.000           0.250            1.000
quantity: number and unit; fact: subject and metric too; full: every field.
... right: the share of the quantities met.

calibration                  seeds  tests/gold/dev  tests/gold/test
confidence ≥ 0.9          1  1.000        4  0.250         1  1.000
confidence ≥ 0.7          1  1.000        4  0.250         1  1.000
confidence ≥ 0.5          1  1.000        4  0.250         1  1.000
How many mentions are so confident, and the share of them with number, unit,
subject and metric right.""",
        "",
    )


@pytest.mark.usefixtures("project")
def test_one_folder_is_told_by_kind_of_article() -> None:
    _, out, _ = told("tests/gold/dev")
    heading, cars, motors, _, layouts, prose = out.splitlines()[-6:]
    assert heading.split() == [
        *("domain", "articles", "gold", "P", "R", "F1"),
        *("qualifier", "subject", "metric", "period", "status", "change", "fact", "full"),
    ]
    assert cars.split()[:6] == ["cars", "1", "3", "0.667", "0.667", "0.667"]
    assert motors.split()[:3] == ["motors", "1", "1"]
    assert layouts.split()[0] == "layout"
    assert prose.split()[:3] == ["prose", "2", "4"]


@pytest.mark.usefixtures("project")
def test_article_by_article_in_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    annotate(CORPORA["dev"], "motors-with-an-even-longer-name", "Alpha has 7 kW.\n", gold_of("7 kW"))
    _, out, _ = told("seeds", "tests/gold/dev", "--by", "article")
    assert max(map(len, out.splitlines())) <= 80
    assert out.endswith(
        """\
tests/gold/dev
article                    gold  quantity  subject  metric  period   fact   full
cars-one                      3     0.667    0.500   1.000   1.000  0.333  0.333
motors-two                    1     1.000    1.000   0.000   1.000  0.000  0.000
motors-with-an-even-long      1     1.000    1.000   1.000   1.000  1.000  1.000
er-name"""
    )


@pytest.mark.usefixtures("project")
def test_what_is_wrong_is_shown_where_it_stands() -> None:
    kinds = ("missed", "extra", "subject", "metric", "period")
    code, out, _ = told("tests/gold/dev", *(part for kind in kinds for part in ("--show", kind)))
    assert code == 0
    assert out.startswith(
        """\
tests/gold/dev/cars-one.txt:2 · subject of 1500 kW
    Alpha has »1500 kW« of it.
    found  Alpha
    gold   Beta, or Beta Motors
tests/gold/dev/cars-one.txt:3 · missed it
    Alpha has 1500 kW of »it«.
    found  nothing
    gold   5 kW
tests/gold/dev/cars-one.txt:3 · extra 3 kW
    Delta has »3 kW«!
    found  3 kW
    gold   nothing
tests/gold/dev/motors-two.txt:1 · metric of 7 kW
    Alpha has »7 kW«.
    found  power
    gold   maximum output
4 mistakes in tests/gold/dev

figures """
    )
    assert "domain" not in out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One. Two 5 km three. Four", "Two »5 km« three."),
        ("One Inc.) Two 3.5 5\nkm", "Two 3.5 »5 km«"),
        ("Title\n\n5 km", "»5 km«"),
        ("Head:\n- one\n- two 5 km\n- three", "- two »5 km«"),
        ("a " * 200 + "5 km" + " b" * 200, "…" + "a " * 80 + "»5 km«" + " b" * 80 + "…"),
    ],
)
def test_the_sentence_around_a_quantity(text: str, shown: str) -> None:
    start = text.index("5 km") if "5 km" in text else text.index("5\nkm")
    before, quantity, after = around(text, start, start + 4)
    assert f"{before}»{quantity}«{after}" == shown


@pytest.mark.usefixtures("project")
def test_json_for_machines() -> None:
    result = run("seeds", "tests/gold/dev", "--format", "json", "--show", "metric")
    found = json.loads(result.stdout)
    assert list(found) == ["seeds", "tests/gold/dev"]
    dev = found["tests/gold/dev"]
    assert (dev["articles"], dev["gold"], dev["met"], dev["extra"]) == (2, 4, 3, 1)
    assert dev["figures"]["fact"] == 0.25
    assert dev["calibration"][0] == {"confidence": 0.9, "mentions": 4, "right": 0.25}
    assert dev["domains"]["motors"]["figures"]["metric"] == 0.0
    assert list(dev["layouts"]) == ["prose"]
    assert dev["problems"] == ["dev: tests/gold/dev is not pinned: run factmill evaluate --pin"]
    assert dev["wrong"] == [
        {
            "what": "metric",
            "doc": "motors-two",
            "place": "tests/gold/dev/motors-two.txt:1",
            "start": 10,
            "text": "7 kW",
            "found": "power",
            "gold": ["maximum output"],
        }
    ]


@pytest.mark.usefixtures("project")
def test_the_names_beside_the_articles_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[tuple[str, ...]] = []

    def extract(articles: Sequence[Article], settings: Settings) -> list[Extraction]:
        used.append(settings.names)
        return extract_simply(articles, settings)

    monkeypatch.setattr(mentions, "extract_batch", extract)
    Path("seeds/names.toml").write_text('[names]\n"Alpha" = ["A"]\n')
    run("seeds", "tests/gold/test")
    assert used == [("seeds/names.toml",), ()]


@pytest.mark.usefixtures("project")
def test_an_article_that_fails_is_told_and_all_of_its_gold_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_on(monkeypatch, "cars-one")
    code, out, err = told("tests/gold/dev")
    assert code == 1
    assert out.splitlines()[2].split() == ["gold", "mentions", "4"]
    assert out.splitlines()[4].split() == ["quantity,", "recall", "0.250"]
    assert out.splitlines()[-2].split()[:3] == ["none", "found", "1"]
    assert err.splitlines()[0] == (
        "failed on tests/gold/dev/cars-one.txt: ZeroDivisionError: [b]; its 3 gold mentions count as missed"
    )


@pytest.mark.usefixtures("project")
def test_an_article_that_cannot_be_read_is_missed_too() -> None:
    Path("tests/gold/dev/motors-two.txt").write_text("")
    code, out, err = told("tests/gold/dev", "--show", "missed")
    assert code == 1
    assert out.startswith("tests/gold/dev/cars-one.txt:3 · missed it\n")
    assert err.startswith("failed on tests/gold/dev/motors-two.txt: ")
    assert "its 1 gold mention count" in err


# --- wrong usage


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "source 'nowhere' does not exist"),
        (["seeds/notes.txt"], "source 'seeds/notes.txt' is no folder"),
        (["--lower"], "--lower goes with --pin: `factmill evaluate --pin --lower`\n"),
        (
            ["other", "--pin"],
            "other is not pinned: tests/gold/baseline.toml is for seeds, tests/gold/dev, tests/gold/test; "
            "leave --pin out\n",
        ),
        (["bad"], "bad/cars.jsonl:2: no JSON: "),
        (["stray"], "stray/other.jsonl: is the gold of no article: "),
        (["bare"], "bare: no article has gold: write it to bare/cars.jsonl\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_ends_with_2_and_says_what_to_do(arguments: list[str], message: str) -> None:
    annotate(Path("bad"), "cars", "Alpha has 288 kW.", gold_of("288 kW"))
    with Path("bad/cars.jsonl").open("a") as file:
        file.write("{\n")
    annotate(Path("stray"), "cars", "Alpha has 288 kW.", gold_of("288 kW"))
    Path("stray/other.jsonl").touch()
    Path("bare").mkdir()
    Path("bare/cars.txt").write_text("Alpha has 288 kW.")
    code, out, err = told(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"factmill: {message}")
    assert len(err.splitlines()) == 1
    assert not BASELINE.exists()


def test_outside_the_project_folders_must_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert told() == (
        2,
        "",
        "factmill: there is no seeds here: run it in the project's folder, or name folders of annotated articles, "
        "such as `factmill evaluate news`\n",
    )


def test_a_broken_baseline_is_told_before_anything_is_read(project: Path) -> None:
    (project / BASELINE).write_text("[seeds]\nfloors = 3\n")
    code, out, err = told("seeds")
    assert (code, out) == (2, "")
    assert err.startswith("factmill: tests/gold/baseline.toml: is no baseline (")


# --- the gate


def gate(name: str) -> list[str]:
    """What ``make test`` would say of a corpus."""
    return problems(name, measure(find_corpus(CORPORA[name])), read_baseline())


@pytest.mark.usefixtures("project")
def test_what_is_pinned_passes() -> None:
    assert gate("dev") == ["dev: tests/gold/dev is not pinned: run factmill evaluate --pin"]
    assert told("--pin")[::2] == (0, "pinned seeds, dev, test in tests/gold/baseline.toml\n")
    assert [gate(name) for name in CORPORA] == [[], [], []]
    pin = read_baseline()["dev"]
    assert (pin.articles, pin.mentions, pin.floors["subject"]) == (2, 4, 0.666)
    before = BASELINE.read_bytes()
    assert run("--pin").exit_code == 0
    assert BASELINE.read_bytes() == before


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "change",
    [
        lambda dev: (dev / "cars-one.txt").write_text((dev / "cars-one.txt").read_text() + " So it is."),
        lambda dev: annotate(dev, "motors-two", "Alpha has 7 kW.\n", gold_of("7 kW", metric=["power", "output"])),
        lambda dev: annotate(dev, "new", "Alpha has 7 kW.\n", gold_of("7 kW")),
        lambda dev: [(dev / f"motors-two.{suffix}").unlink() for suffix in ("txt", "jsonl")],
        lambda dev: (dev / "names.toml").write_text('[names]\n"Alpha" = ["A"]\n'),
    ],
    ids=["an article", "gold", "one more", "one less", "names"],
)
def test_a_corpus_that_changed_must_be_pinned_anew(change: Any) -> None:
    run("--pin")
    change(CORPORA["dev"])
    (problem, *_) = gate("dev")
    assert problem.startswith("dev: tests/gold/dev is not what was pinned (2 articles, 4 gold mentions; now ")
    assert problem.endswith("run factmill evaluate --pin")
    assert [gate(name) for name in ("seeds", "test")] == [[], []]


@pytest.mark.usefixtures("project")
def test_an_article_without_gold_changes_nothing() -> None:
    run("--pin")
    Path("seeds/more.txt").write_text("Alpha has 3 kW.")
    assert gate("seeds") == []


@pytest.mark.usefixtures("project")
def test_a_figure_below_its_floor_is_told() -> None:
    run("--pin")
    BASELINE.write_text(BASELINE.read_text().replace("subject = 0.666", "subject = 0.667"))
    assert gate("dev") == ["dev: subject is 0.666, below its floor 0.667"]
    assert told("tests/gold/dev")[2] == "dev: subject is 0.666, below its floor 0.667\n"


@pytest.mark.usefixtures("project")
def test_a_floor_taken_away_is_told() -> None:
    run("--pin")
    BASELINE.write_text(BASELINE.read_text().replace("subject = 0.666\n", ""))
    assert gate("dev") == ["dev: no floor for subject: run factmill evaluate --pin"]


def better(articles: Sequence[Article], settings: Settings) -> list[Extraction]:
    """Does not find what gold does not have."""
    found = extract_simply(articles, settings)
    return [replace(one, mentions=tuple(m for m in one.mentions if m.subject != "Delta")) for one in found]


@pytest.mark.usefixtures("project")
def test_floors_rise_by_themselves_and_sink_on_purpose_only(monkeypatch: pytest.MonkeyPatch) -> None:
    run("--pin")
    monkeypatch.setattr(mentions, "extract_batch", better)
    assert told("tests/gold/dev", "--pin")[::2] == (
        0,
        "dev: precision 0.750 → 1.000\n"
        "dev: quantity 0.750 → 0.857\n"
        "dev: fact 0.250 → 0.285\n"
        "dev: full 0.250 → 0.285\n"
        "pinned dev in tests/gold/baseline.toml\n",
    )
    pinned = BASELINE.read_bytes()

    monkeypatch.setattr(mentions, "extract_batch", extract_simply)
    code, _, err = told("--pin")
    assert (code, err) == (
        2,
        "factmill: nothing is pinned, figures fell: dev: precision from 1.000 to 0.750; "
        "dev: quantity from 0.857 to 0.750; dev: fact from 0.285 to 0.250; dev: full from 0.285 to 0.250; "
        "mend that, or lower the floors on purpose with `factmill evaluate --pin --lower`\n",
    )
    assert BASELINE.read_bytes() == pinned

    code, _, err = told("--pin", "--lower")
    assert (code, err.splitlines()[0]) == (0, "dev: precision 1.000 → 0.750")
    assert gate("dev") == []


@pytest.mark.usefixtures("project")
def test_a_harder_corpus_lowers_no_floor_by_itself() -> None:
    run("--pin")
    annotate(CORPORA["test"], "cars-four", "Alpha has 288 kW.\n", gold_of("288 kW", subject=["Beta"]))
    code, _, err = told("--pin")
    assert code == 2
    assert "test: subject from 1.000 to 0.500" in err
    assert run("--pin", "--lower").exit_code == 0
    assert gate("test") == []


@pytest.mark.usefixtures("project")
def test_an_article_that_fails_does_not_pass_and_is_not_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    run("--pin")
    pinned = BASELINE.read_bytes()
    fail_on(monkeypatch, "motors-two")
    found = gate("dev")
    assert found[0] == "dev: tests/gold/dev/motors-two.txt is not read at all: ZeroDivisionError: [b]"
    assert "dev: recall is 0.500, below its floor 0.750" in found
    code, _, err = told("--pin", "--lower")
    assert code == 2
    assert err.endswith("nothing is pinned while an article fails: mend tests/gold/dev/motors-two.txt first\n")
    assert BASELINE.read_bytes() == pinned
