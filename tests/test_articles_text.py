"""Text and Markdown files: their text unchanged, their front matter read, what is no text refused."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pipeline.articles import Article, Refusal
from tests.test_articles import read_bytes

BLANK = "it holds no text, only white space; put the article's text into it or leave it out"
BOM = "\ufeff"
# What files are made of: no surrogates, no control characters beyond those of text.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r\x0b\x0c\x85"), min_size=1)


@given(TEXTS.filter(lambda text: text.strip(BOM).strip()), st.sampled_from(["a.txt", "a.TEXT", "a.md"]))
@example("one\r\ntwo\rthree\n\x85four\u2028five", "a.txt")
@example(BOM + "marked", "a.md")
@example("2000-01-01", "a.txt")
@example("A bell\x07 and an escape\x1b", "a.txt")
@settings(max_examples=300, deadline=None)
def test_the_text_is_the_file_unchanged(text: str, name: str) -> None:
    assume(not text.startswith(("%PDF-", "{\\rtf", "GIF89a", "---", BOM + "---")))
    content = text.encode()
    with tempfile.TemporaryDirectory() as folder:
        item = read_bytes(Path(folder), name, content)
    markup = "markdown" if name == "a.md" else "plain"
    assert isinstance(item, Article)
    undated = replace(item, published=None)  # a text may happen to be a day: tests/test_articles_dateline.py
    assert undated == Article("a", text, f"{folder}/{name}", body_start=0, markup=markup)


@given(
    st.one_of(
        st.binary(),
        st.text().map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text(st.sampled_from("---\n\r :[]{}&*!|>'\"%@`#?,.-\ttitlepublished1 é\ufeff\\x0"), max_size=60).map(
            lambda text: b"---\n" + text.encode() + b"\n---\nSales rose 5%."
        ),
    ),
    st.sampled_from(["a.txt", "a.md"]),
)
@example(b'---\ntitle: "\\ud800"\n---\nText.', "a.md")
@example(b'---\ntitle: "\\UFFFFFFFF"\n---\nText.', "a.md")
@example(b"---\n" + b"[" * 30_000 + b"\n---\nText.", "a.md")
@settings(max_examples=500, deadline=None)
def test_reading_never_raises_and_what_is_read_can_be_written(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        item = read_bytes(Path(folder), name, content)
    told = (item.error,) if isinstance(item, Refusal) else (item.text, item.title or "", item.publisher or "")
    assert "".join((item.doc_id, item.source, *told)).encode()
    if isinstance(item, Article):
        assert item.body_start < len(item.text)


FRONT = "---\ntitle: EVs\n---\n"


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        (FRONT + "Sales rose.", "EVs", "Sales rose."),
        (BOM + FRONT + "Sales rose.", "EVs", "Sales rose."),
        ("---\r\ntitle: EVs\r\n---\r\nSales rose.", "EVs", "Sales rose."),
        ("---\rtitle: EVs\r---\rSales rose.", "EVs", "Sales rose."),
        ("---  \ntitle: EVs\n--- \t\nSales rose.", "EVs", "Sales rose."),
        ("---\ntitle: EVs\n...\nSales rose.\n---\n", "EVs", "Sales rose.\n---\n"),
        ("---\n---\nSales rose.", None, "Sales rose."),
        ("---\n# nothing yet\n---\n\nSales rose.", None, "\nSales rose."),
        ("---\ntitle: |\n  EVs\n  ---\n---\nSales rose.", "EVs\n---", "Sales rose."),
        ("---\nSales rose.\n", None, "---\nSales rose.\n"),
        ("---\nSales rose.\n---\nCosts fell.", None, "---\nSales rose.\n---\nCosts fell."),
        ("---\n- Sales\n- Costs\n---\nBoth fell.", None, "---\n- Sales\n- Costs\n---\nBoth fell."),
        ("---\ntitle: EVs\n----\nSales rose.", None, "---\ntitle: EVs\n----\nSales rose."),
        ("\n" + FRONT + "Sales rose.", None, "\n" + FRONT + "Sales rose."),
        (" " + FRONT + "Sales rose.", None, " " + FRONT + "Sales rose."),
        ("Sales rose.\n" + FRONT, None, "Sales rose.\n" + FRONT),
        ("---\n" + "x: y\n" * 30_000 + "---\nend", None, "---\n" + "x: y\n" * 30_000 + "---\nend"),
    ],
)  # fmt: skip
def test_front_matter_ends_where_the_article_begins(tmp_path: Path, text: str, title: str | None, body: str) -> None:
    item = read_bytes(tmp_path, "a.md", text.encode())
    assert isinstance(item, Article)
    assert (item.text, item.title, item.text[item.body_start :]) == (text, title, body)


def test_plain_text_has_no_front_matter(tmp_path: Path) -> None:
    item = read_bytes(tmp_path, "a.txt", (FRONT + "Sales rose.").encode())
    assert item == Article("a", FRONT + "Sales rose.", str(tmp_path / "a.txt"))


@pytest.mark.parametrize(
    ("line", "field", "expected"),
    [
        ("title: 2024", "title", "2024"),
        ("title: 1.10", "title", "1.10"),
        ("title: 0x1F", "title", "0x1F"),
        ("title: 2025-03-31", "title", "2025-03-31"),
        ("title: yes", "title", "yes"),
        ("title: ' EVs '", "title", "EVs"),
        ("title:", "title", None),
        ("title: ~", "title", None),
        ("title: ''", "title", None),
        ("title: 'null'", "title", "null"),
        ("publisher: Der Spiegel", "publisher", "Der Spiegel"),
        ("url: https://example.com/a#b", "url", "https://example.com/a#b"),
        ("published: 2025-03-31", "published", date(2025, 3, 31)),
        ("published: 2025-3-1 23:30:00 -05:00", "published", date(2025, 3, 1)),
        ("published: 2025-03-31T23:30:00Z", "published", date(2025, 3, 31)),
        ("published: '2025-03-31'", "published", date(2025, 3, 31)),
        ("published: ' 2025-03-31T08:00+02:00 '", "published", date(2025, 3, 31)),
        ("published: 20250331", "published", date(2025, 3, 31)),
        ("published:", "published", None),
        ("tags: [cars, {a: b}]\nauthor: {name: Ann}\n1: 2\n? [a]\n: b", "title", None),
    ],
)
def test_front_matter_says_what_is_known(tmp_path: Path, line: str, field: str, expected: object) -> None:
    item = read_bytes(tmp_path, "a.md", f"---\n{line}\n---\nSales rose.".encode())
    assert getattr(item, field) == expected


RULE = "correct it, or put an empty line above the first --- if it is a rule"
NO_DATE = "which is no date; write it as 2025-03-31 or 2025-03-31T08:00:00Z"


@pytest.mark.parametrize(
    ("front", "error"),
    [
        ("title: EVs: a\nurl: b", f"mapping values are not allowed here, line 2; {RULE}"),
        ("title: EVs\nurl: 'b", f"found unexpected end of stream, line 4; {RULE}"),
        ("title: EVs\r\nurl: b\r\n\tx: y", f"found character '\\t' that cannot start any token, line 4; {RULE}"),
        ("title: EVs\nurl: *gone", f"found undefined alias 'gone', line 3; {RULE}"),
        ("title: EVs\n\nurl: \x07", f"special characters are not allowed, line 4; {RULE}"),
        ("[" * 5_000, f"nested too deeply, line 2; {RULE}"),
    ],
)
def test_broken_front_matter_is_refused_with_its_line(tmp_path: Path, front: str, error: str) -> None:
    item = read_bytes(tmp_path, "a.md", f"---\n{front}\n---\nSales rose.".encode())
    assert item == Refusal("a", str(tmp_path / "a.md"), f"its front matter is not valid YAML: {error}")


@pytest.mark.parametrize(
    ("front", "error"),
    [
        ("title: [a]", "its title (line 2) is a list; write it as text"),
        ("x: y\npublisher: {name: Ann}", "its publisher (line 3) is a mapping; write it as text"),
        ("url: a\nx: y\nurl: b", "its front matter has url twice, again in line 4; keep one"),
        ("published: next week", f"its published is 'next week', {NO_DATE}"),
        ("published: 2025", f"its published is '2025', {NO_DATE}"),
        ("published: 2025-02-30", f"its published is '2025-02-30', {NO_DATE}"),
        ("published: 31/03/2025", f"its published is '31/03/2025', {NO_DATE}"),
        ("published: yes", f"its published is 'yes', {NO_DATE}"),
        (
            'title: "\\ud83d"',
            "its title: half a surrogate pair, U+D83D, stands at offset 0, "
            "which UTF-8 cannot write; put the whole character there or take it out",
        ),
    ],
)
def test_front_matter_of_a_wrong_type_is_refused(tmp_path: Path, front: str, error: str) -> None:
    item = read_bytes(tmp_path, "a.md", f"---\n{front}\n---\nSales rose.".encode())
    assert item == Refusal("a", str(tmp_path / "a.md"), error)


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("a.txt", "", BLANK),
        ("a.md", " \r\n\t\u00a0\x0c", BLANK),
        ("a.txt", BOM, BLANK),
        ("a.md", FRONT + "\n ", "it holds front matter and no text below it; put the article there or leave it out"),
        (
            "a.txt",
            "Sales\0rose.",
            "it is binary, not text: byte 5 is NUL; if it is text all the same, save it as UTF-8",
        ),
        (
            "a.txt",
            "Sales \x01\x02\x03 rose.",
            "it is not text: 3 of its 15 characters are control characters, the first of them U+0001 at offset 6; "
            "save it as UTF-8 text",
        ),
    ],
)
def test_what_holds_no_text_is_refused(tmp_path: Path, name: str, text: str, error: str) -> None:
    assert read_bytes(tmp_path, name, text.encode()) == Refusal("a", str(tmp_path / name), error)
