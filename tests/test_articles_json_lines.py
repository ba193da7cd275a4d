"""JSON Lines: every record an article or a refusal, however the file is cut."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.articles import Article, Refusal, plan, read
from tests.test_articles import read_all

NO_ID = "it has no id; give every record an id of its own"
NO_TEXT = "it has no text; put the article's text under the key text or leave the record out"
BLANK = "it holds no text, only white space; put the article's text into it or leave it out"
NO_DATE = "which is no date; write it as 2025-03-31 or 2025-03-31T08:00:00Z"
SURROGATE = "which UTF-8 cannot write; put the whole character there or take it out"


def jsonl(folder: Path, content: str | bytes) -> Path:
    path = folder / "news.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"id": "a", "text": "Sales rose."}, {}),
        ({"id": 17, "text": "Sales rose."}, {"doc_id": "17"}),
        ({"id": 17.0, "text": "Sales rose."}, {"doc_id": "17"}),
        ({"id": 1.5, "text": "Sales rose."}, {"doc_id": "1.5"}),
        ({"id": "a", "text": " \r\nSales\u2028rose. ", "tags": [1]}, {"text": " \r\nSales\u2028rose. "}),
        ({"id": "a", "text": "Sales rose.", "title": " EVs ", "publisher": "", "url": None}, {"title": "EVs"}),
        ({"id": "a", "text": "Sales rose.", "title": 2024}, {"title": "2024"}),
        ({"id": "a", "text": "Sales rose.", "title": float("nan")}, {}),
        ({"id": "a", "text": "Sales rose.", "published": "2025-03-31"}, {"published": date(2025, 3, 31)}),
        (
            {"id": "a", "text": "Sales rose.", "published": "2025-03-31T23:00:00-05:00"},
            {"published": date(2025, 3, 31)},
        ),
        ({"id": "a", "text": "Sales rose.", "published": ""}, {}),
    ],
)
def test_a_record_is_an_article(tmp_path: Path, record: dict[str, object], expected: dict[str, Any]) -> None:
    path = jsonl(tmp_path, json.dumps(record))
    article: dict[str, Any] = {"doc_id": "a", "text": "Sales rose.", "source": f"{path}:1"} | expected
    assert read_all(path) == [Article(**article)]


@pytest.mark.parametrize(
    ("line", "doc_id", "error"),
    [
        ('{"id": "b"', None, "it is not valid JSON: Expecting ',' delimiter, column 11; correct the line"),
        ("Sales rose.", None, "it is not valid JSON: Expecting value, column 1; correct the line"),
        ('\ufeff{"id": "b"}', None, "it is not valid JSON: Unexpected UTF-8 BOM (decode using utf-8-sig), column 1; "
         "correct the line"),
        ('["b"]', None, 'it is not a JSON object; write it as {"id": "...", "text": "..."}'),
        ('{"text": "Sales rose."}', None, NO_ID),
        ('{"id": " ", "text": "Sales rose."}', None, NO_ID),
        ('{"id": null, "text": "Sales rose."}', None, NO_ID),
        ('{"id": -Infinity, "text": "Sales rose."}', None, NO_ID),
        ('{"id": true, "text": "Sales rose."}', None, "its id is a truth value; write it as text or a number"),
        ('{"id": ["b"], "text": "Sales rose."}', None, "its id is a list; write it as text or a number"),
        ('{"id": "b"}', "b", NO_TEXT),
        ('{"id": "b", "text": null}', "b", NO_TEXT),
        ('{"id": "b", "text": "\\n"}', "b", BLANK),
        ('{"id": "b", "text": 5}', "b", "its text is a number; write it as text"),
        ('{"id": "b", "text": {"a": 1}}', "b", "its text is an object; write it as text"),
        ('{"id": "b", "text": "x\\u0000"}', "b",
         "it is not text: a NUL character stands at offset 1; save it as UTF-8 text"),
        ('{"id": "b", "text": "x\\ud83d"}', "b", f"half a surrogate pair, U+D83D, stands at offset 1, {SURROGATE}"),
        ('{"id": "\\udc00", "text": "x"}', None,
         f"its id: half a surrogate pair, U+DC00, stands at offset 0, {SURROGATE}"),
        ('{"id": "b", "text": "x", "title": ["a"]}', "b", "its title is a list; write it as text"),
        ('{"id": "b", "text": "x", "url": false}', "b", "its url is a truth value; write it as text"),
        ('{"id": "b", "text": "x", "published": "soon"}', "b", f"its published is 'soon', {NO_DATE}"),
        ('{"id": "b", "text": "x", "published": 20250331}', "b", f"its published is 20250331, {NO_DATE}"),
        ('{"id": "b", "text": "x", "published": {}}', "b", f"its published is an object, {NO_DATE}"),
        ('{"id": "b", "text": "x", "text": "y"}', None, "it has the key text more than once; keep one"),
    ],
)  # fmt: skip
def test_a_broken_record_is_refused_and_the_others_go_on(
    tmp_path: Path, line: str, doc_id: str | None, error: str
) -> None:
    path = jsonl(tmp_path, f'{{"id": "a", "text": "One."}}\n\n{line}\r\n{{"id": "c", "text": "Three."}}')
    place = f"{path}:3"
    one, refusal, three = read_all(path)
    assert (one, three) == (Article("a", "One.", f"{path}:1"), Article("c", "Three.", f"{path}:4"))
    assert refusal == Refusal(doc_id or place, place, error)


@pytest.mark.parametrize(
    ("content", "errors"),
    [
        (b"", ["it holds no records; put one JSON object on each line or leave it out"]),
        (b"\n \r\n\n", ["it holds no records; put one JSON object on each line or leave it out"]),
        ('{"id": 1}'.encode("utf-16"), ["it is in UTF-16, and JSON Lines are UTF-8; save it as UTF-8"]),
    ],
)
def test_a_file_without_records_is_one_refusal(tmp_path: Path, content: bytes, errors: list[str]) -> None:
    path = jsonl(tmp_path, content)
    what = plan([path], portion_bytes=2)
    assert [(refusal.doc_id, refusal.source, refusal.error) for refusal in what.refusals] == [
        (str(path), str(path), error) for error in errors
    ]
    assert what.portions == ()


def test_lines_that_are_no_json_at_all(tmp_path: Path) -> None:
    latin = '{"id": 1, "text": "Der Kaffee kostet 3 €, größer."}'.encode("cp1252")
    lines = [b'\xef\xbb\xbf{"id": 1, "text": "One."}', latin, b"[" * 100_000, b'{"id": ' + b"1" * 5000 + b"}"]
    first, *refusals = read_all(jsonl(tmp_path, b"\n".join(lines)))
    assert isinstance(first, Article)
    assert first.text == "One."
    assert [refusal.error for refusal in refusals if isinstance(refusal, Refusal)] == [
        "it is not UTF-8: byte 39 of the line is 0x80; save the file as UTF-8",
        "it is nested too deeply to be read as JSON; correct the line",
        "it has a number of too many digits; correct the line",
    ]


def test_a_record_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("content", "json_lines"):
        monkeypatch.setattr(f"pipeline.articles.{module}.MAX_ARTICLE_BYTES", 1_000_000)
    long, short = json.dumps({"id": "long", "text": "x" * 2_500_000}), json.dumps({"id": "short", "text": "One."})
    path = jsonl(tmp_path, f"{long}\n{short}\n{long}")
    error = (
        "it is 2.5 MB long, and one article may be 1 MB; split it into its articles, or make each a record of a "
        ".jsonl file"
    )
    assert read_all(path) == [
        Refusal(f"{path}:1", f"{path}:1", error),
        Article("short", "One.", f"{path}:2"),
        Refusal(f"{path}:3", f"{path}:3", error),
    ]


def test_a_file_that_shrinks_after_planning_is_refused(tmp_path: Path) -> None:
    path = jsonl(tmp_path, '{"id": 1, "text": "One."}\n{"id": 2, "text": "Two."}\n')
    portions = plan([path], portion_bytes=1).portions
    jsonl(tmp_path, '{"id": 1, "text": "One."}\n')
    error = "it has become shorter since it was planned; run again"
    assert [item for portion in portions for item in read(portion)] == [
        Article("1", "One.", f"{path}:1"),
        Refusal(f"{path}:2", f"{path}:2", error),
    ]


def test_planning_cuts_at_line_ends_without_parsing(tmp_path: Path) -> None:
    path = jsonl(tmp_path, "no json\n" * 6 + "a much longer line than the others\nend")
    cuts = [(portion.offset, portion.size, portion.first_line) for portion in plan([path], portion_bytes=20).portions]
    assert cuts == [(0, 24, 1), (24, 24, 4), (48, 35, 7), (83, 3, 8)]


LINES = st.lists(
    st.one_of(
        st.builds(lambda name, text: json.dumps({"id": name, "text": text}), st.text(max_size=3), st.text(max_size=20)),
        st.builds(lambda text: json.dumps({"id": "é", "text": text}, ensure_ascii=False),
                  st.text(st.characters(exclude_categories=["Cs"]), max_size=9)),
        st.sampled_from(["", " ", "\r", "{", "\u2028", "\x85", '{"id": 1, "text": "One."}\r']),
    )
)  # fmt: skip


@given(LINES, st.sampled_from(["", "\ufeff"]), st.sampled_from(["", "\n"]), st.integers(1, 400))
@settings(max_examples=300, deadline=None)
def test_portions_of_any_size_give_the_same_records(lines: list[str], mark: str, end: str, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = jsonl(Path(folder), mark + "\n".join(lines) + end)
        portions = plan([path], portion_bytes=size).portions
        assert read_all(path, portion_bytes=size) == read_all(path)
        assert sum(portion.size for portion in portions) in (0, path.stat().st_size)
        assert len({portion.source for portion in portions}) == len(portions)
