"""Sources become a plan: what is found, what it is called, what is wrong usage."""

from __future__ import annotations

import os
import pickle
import random
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from pipeline.articles import MAX_ARTICLE_BYTES, Article, Portion, Refusal, SourceError, plan, read
from pipeline.articles.naming import name_files

VALID = ".txt .text .md .markdown .jsonl .ndjson .jsonl.gz .ndjson.gz .parquet"
ADVICE = f"name a file ({VALID}), a folder, or a glob such as 'news/*.md'"


def write(folder: Path, *names: str, content: bytes = b"Sales rose 5%.") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def read_bytes(folder: Path, name: str, content: bytes) -> Article | Refusal:
    """What a file of that name and content is read as."""
    write(folder, name, content=content)
    (item,) = read_all(folder / name)
    return item


def read_all(*sources: str | Path, portion_bytes: int = 4_000_000) -> list[Article | Refusal]:
    what = plan(sources, portion_bytes=portion_bytes)
    return [*what.refusals, *(item for portion in what.portions for item in read(portion))]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that relative paths start from."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


TREE = (
    "news/a.txt",
    "news/b.md",
    "news/2025/c.markdown",
    "news/2025/D.TXT",
    "news/picture.png",
    "news/bulk.jsonl",
    "news/.hidden.txt",
    "news/.git/e.txt",
    "odd[1].txt",
    "folder.md/g.txt",
    "f.text",
)


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["news/a.txt"], ["news/a.txt"]),
        (["./news/../news/a.txt"], ["news/../news/a.txt"]),
        (["news"], ["news/2025/D.TXT", "news/2025/c.markdown", "news/a.txt", "news/b.md"]),
        (["news", "news/2025", "news/a.txt", "f.text"],
         ["f.text", "news/2025/D.TXT", "news/2025/c.markdown", "news/a.txt", "news/b.md"]),
        (["news/bulk.jsonl"], ["news/bulk.jsonl"]),
        (["news/*"], ["news/2025/D.TXT", "news/2025/c.markdown", "news/a.txt", "news/b.md", "news/bulk.jsonl"]),
        (["news/*.jsonl"], ["news/bulk.jsonl"]),
        (["**/*.markdown", "news/**/*.TXT"], ["news/2025/D.TXT", "news/2025/c.markdown"]),
        (["odd[1].txt"], ["odd[1].txt"]),
        (["folder.*"], ["folder.md/g.txt"]),
        (["news/.hidden.txt", "news/.git"], ["news/.git/e.txt", "news/.hidden.txt"]),
    ],
    ids=lambda value: " ".join(value),
)  # fmt: skip
def test_what_is_found(here: Path, sources: list[str], expected: list[str]) -> None:
    write(here, *TREE)
    what = plan(sources)
    assert [portion.path for portion in what.portions] == expected
    assert what.refusals == ()


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("gone.txt", f"does not exist, or you may not look at it; {ADVICE}"),
        ("", f"does not exist, or you may not look at it; {ADVICE}"),
        ("Sales rose.\n" * 500, f"does not exist, or you may not look at it; {ADVICE}"),
        ("a\0b.txt", f"does not exist, or you may not look at it; {ADVICE}"),
        ("news/*.htm", f"matches nothing; {ADVICE}"),
        ("news/*.png", f"matches no file that is read; {ADVICE}"),
        ("news/picture.png", f"is a file of type .png, which is not read; {ADVICE}"),
        ("README", f"is a file of type none, which is not read; {ADVICE}"),
        (
            "tables",
            "is a folder without articles; it is searched for .txt .text .md .markdown, and bulk files "
            "(.jsonl .ndjson .jsonl.gz .ndjson.gz .parquet) must be named, such as 'tables/*.jsonl'",
        ),
    ],
)
def test_wrong_usage_is_told_before_any_work(here: Path, source: str, problem: str) -> None:
    write(here, "news/picture.png", "README", "tables/bulk.jsonl", "good.txt")
    with pytest.raises(SourceError) as raised:
        plan(["good.txt", source])
    assert str(raised.value) == f"source {source!r} {problem}"
    assert (raised.value.source, raised.value.problem) == (source, problem)
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


def test_no_source_and_no_bytes_are_wrong_usage(here: Path) -> None:
    write(here, "a.txt")
    with pytest.raises(SourceError, match="names nothing"):
        plan([])
    with pytest.raises(ValueError, match=r"^portion_bytes is 0; it must be at least 1$"):
        plan(["a.txt"], portion_bytes=0)


def test_a_plan_does_not_depend_on_the_order_of_its_sources(here: Path) -> None:
    write(here, *TREE, "news/names.toml")
    (here / "broken.txt").symlink_to(here / "nowhere")
    sources: list[str | Path] = ["news", "*.t*xt", Path("f.text"), here / "news" / "b.md", "news/bulk.jsonl"]
    expected = plan(sources)
    assert len(expected.portions) == 7
    assert len(expected.refusals) == 1
    for seed in range(5):
        assert plan(random.Random(seed).sample(sources, len(sources))) == expected


def test_a_file_counts_once_however_it_is_called(here: Path) -> None:
    write(here, "a.txt", "sub/b.txt")
    (here / "z.txt").symlink_to("a.txt")
    (here / "again").symlink_to("sub")
    (here / "sub" / "up").symlink_to(here)
    assert [portion.path for portion in plan([".", here, "a.txt", "./a.txt", "z.txt", "sub"]).portions] == [
        str(here / "a.txt"),
        str(here / "again" / "b.txt"),
    ]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["2024/report.txt", "2025/q1.txt"], ["report", "q1"]),
        (["2024/report.txt", "2025/report.txt"], ["2024/report", "2025/report"]),
        (["report.md", "report.txt"], ["report.md", "report.txt"]),
        (["2024/a/report.txt", "2025/a/report.txt", "b/report.txt"], ["2024/a/report", "2025/a/report", "b/report"]),
        (["24/report.md", "24/report.txt", "25/report.txt"], ["24/report.md", "24/report.txt", "25/report"]),
        (["/report.txt", "/x/report.txt"], ["report", "x/report"]),
        (["x/report.md", "x/report.txt", "x/report.md.txt"], ["report.md", "report.txt", "report.md.txt"]),
        (["x/v1.2.md", "y/v1.3.md"], ["v1.2", "v1.3"]),
        (["x/Report.MD", "x/report.md"], ["Report", "report"]),
        (["x/caf\udce9.txt"], ["caf\\udce9"]),
    ],
)
def test_a_file_is_called_by_as_much_of_its_path_as_is_needed(paths: list[str], expected: list[str]) -> None:
    assert list(name_files(Path(path) for path in paths).values()) == expected


def test_articles_bear_the_ids_of_the_plan(here: Path) -> None:
    write(here, "2024/report.txt", "2025/report.md", "2025/other.txt")
    expected = [("2025/other.txt", "other"), ("2024/report.txt", "2024/report"), ("2025/report.md", "2025/report")]
    assert {(item.source, item.doc_id) for item in read_all(".")} == set(expected)


def test_names_lie_beside_articles_or_in_a_source_folder(here: Path) -> None:
    tomls = ["names.toml", "a/names.toml", "a/deep/names.toml", "b/names.toml", "c/names.toml", "a/empty/names.toml"]
    write(here, *tomls, "a/deep/x.txt", "b/y.txt", "b/z.md", "c/w.txt")
    (here / "d" / "names.toml").mkdir(parents=True)
    write(here, "d/v.txt")
    assert plan(["d", "b/z.md", "a", "b/*.txt"]).names == (
        Path("a/deep/names.toml"),
        Path("a/names.toml"),
        Path("b/names.toml"),
    )


def test_a_portion_is_small_and_travels(here: Path) -> None:
    write(here, "a.txt", content=b"x" * 100_000)
    (portion,) = plan(["a.txt"]).portions
    assert portion == Portion("a.txt", "plain", 100_000, "a")
    assert len(pickle.dumps(portion)) < 200
    assert {pickle.loads(pickle.dumps(portion))} == {portion}
    with pytest.raises(FrozenInstanceError):
        portion.path = "b.txt"  # type: ignore[misc]


GONE = "it cannot be opened: No such file or directory; check that it is there and that you may read it"


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl", "a.parquet"])
def test_what_vanishes_after_planning_is_refused(here: Path, name: str) -> None:
    form = {".txt": "plain", ".md": "markdown", ".jsonl": "json lines", ".parquet": "parquet"}[Path(name).suffix]
    assert list(read(Portion(name, form, 10, "a"))) == [Refusal("a", name, GONE)]
    (here / name).mkdir()
    assert list(read(Portion(name, form, 10, "a"))) == [Refusal("a", name, "it is a folder, not a file; name a file")]


@pytest.mark.parametrize(
    ("name", "doc_id"), [("a.txt", "a"), ("a.md", "a"), ("a.jsonl", "a.jsonl"), ("a.parquet", "a.parquet")]
)
def test_what_cannot_be_opened_is_refused_and_the_rest_goes_on(here: Path, name: str, doc_id: str) -> None:
    write(here, "good.txt")
    (here / name).symlink_to(name)  # a link to itself
    loop = "it cannot be opened: Too many levels of symbolic links; check that it is there and that you may read it"
    what = plan(["*.*"])
    assert what.refusals == (Refusal(doc_id, name, loop),)
    assert [portion.path for portion in what.portions] == ["good.txt"]


def test_a_pipe_is_refused_without_waiting_for_its_end(here: Path) -> None:
    os.mkfifo(here / "pipe.txt")
    refusal = Refusal("pipe", "pipe.txt", "it is a pipe or device, not a file; name a file")
    assert read_all("pipe.txt") == [refusal]


def test_a_folder_that_may_not_be_searched_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, "news/a.txt", "news/closed/b.txt")
    (here / "news" / "broken.txt").symlink_to("nowhere")
    really_scan = os.scandir

    def scan(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return really_scan(path)

    monkeypatch.setattr(os, "scandir", scan)
    error = "it cannot be opened: Permission denied; check that it is there and that you may read it"
    what = plan(["news"])
    assert what.refusals == (
        Refusal("broken", "news/broken.txt", GONE),
        Refusal("news/closed", "news/closed", error),
    )
    assert [portion.path for portion in what.portions] == ["news/a.txt"]


@pytest.mark.parametrize(
    ("size", "told"), [(MAX_ARTICLE_BYTES + 100_000, "50.1 MB"), (3 * MAX_ARTICLE_BYTES, "150.0 MB")]
)
def test_a_file_that_is_too_long_for_one_article_is_refused_unread(here: Path, size: int, told: str) -> None:
    with (here / "log.txt").open("wb") as file:
        file.truncate(size)
    error = (
        f"it is {told} long, and one article may be 50 MB; "
        "split it into its articles, or make each a record of a .jsonl file"
    )
    assert read_all("log.txt") == [Refusal("log", "log.txt", error)]
