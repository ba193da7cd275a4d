from __future__ import annotations

import shutil
import time
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from benchmarks import odd_texts
from pipeline import language, mentions, units, vocabulary
from pipeline.articles import Article
from pipeline.columns import schema_of, table_of
from pipeline.language.aboutness.entities import Entities
from pipeline.language.aboutness.names import NameFinder
from pipeline.language.components import COMPONENTS
from pipeline.language.layout.page import Context, read_page
from pipeline.mentions import Extraction, Mention, Settings, extract, extract_batch, extractor_version

PUBLISHED = date(2025, 9, 3)


def article(text: str, **known: object) -> Article:
    return Article(doc_id="a", text=text, source="a.txt", **known)  # type: ignore[arg-type]


def only(text: str, **known: object) -> Mention:
    (mention,) = extract(article(text, **known)).mentions
    return mention


def test_every_field_of_a_mention() -> None:
    text = "Acme Motors reported results. Acme's gross margin rose to 26.4% in Q2 2025 [3]."
    mention = only(text)
    assert {field.name: getattr(mention, field.name) for field in fields(Mention)} == {
        "mention_id": mention.mention_id,
        "doc_id": "a",
        "start": text.index("26.4%"),
        "end": text.index("26.4%") + 5,
        "text": "26.4%",
        "sentence": "Acme's gross margin rose to 26.4% in Q2 2025 [3].",
        "value": 26.4,
        "low": None,
        "high": None,
        "unit": "%",
        "dimension": "ratio",
        "normal_value": 26.4,
        "normal_low": None,
        "normal_high": None,
        "normal_unit": "%",
        "qualifier": "exact",
        "change": "increase",
        "status": "reported",
        "subject": "Acme Motors",
        "subject_text": "Acme",
        "metric": "gross margin",
        "metric_text": "gross margin",
        "period": "2025-Q2",
        "period_start": date(2025, 4, 1),
        "period_end": date(2025, 6, 30),
        "period_text": "Q2 2025",
        "citations": ("3",),
        "block": "paragraph",
        "confidence": mention.confidence,
        "reasons": mention.reasons,
    }
    assert [reason.partition(":")[0] for reason in mention.reasons] == [
        *("quantity", "subject", "metric", "period", "status", "change"),
    ]
    assert 0 < mention.confidence <= 1


@pytest.mark.parametrize(
    ("text", "subject", "metric"),
    [
        ("Acme delivered 137,700 units in 2024.", "Acme", "deliveries"),
        ("Bolt's V9 motor reaches a power density of 10.14 kW/kg.", "V9", "power density"),
        ("V9: 299 PS, 21,000 rpm", "V9", "rotational speed"),
        ("Torque: 528 N·m", None, "torque"),
        ("Acme employs 12,000 people in Leeds.", "Acme", "employees"),
        ("The waiting time for the Zeta Pro stretched to 38-50 weeks.", "Zeta Pro", "waiting time"),
        ("Acme's margin is lower than Bolt's (21.02%).", "Bolt", "margin"),
        ("More than 70% of Zeta owners are women.", "Zeta owners", "share of women"),
    ],
)
def test_what_a_quantity_is_about(text: str, subject: str | None, metric: str) -> None:
    mention = extract(article(text)).mentions[-1]
    assert mention.metric == metric
    if subject is not None:
        assert mention.subject is not None
        assert mention.subject.removesuffix(" motor") == subject


@pytest.mark.parametrize(
    ("text", "status", "change"),
    [
        ("Acme sold 5,000 cars.", "reported", "none"),
        ("Acme aims to sell 5,000 cars.", "target", "none"),
        ("Sales are expected to exceed 5,000 cars.", "forecast", "none"),
        ("Full-year delivery target: 5,000 cars", "target", "none"),
        ("The margin rose by 0.63 percentage points.", "reported", "increase"),
        ("The loss narrowed to 300 million yuan.", "reported", "decrease"),
        ("Costs will fall by 15-25%.", "forecast", "decrease"),
        ("It costs a third less than that.", "reported", "decrease"),
        ("Acme has reached 5,000 cars.", "reported", "none"),
    ],
)
def test_status_and_change(text: str, status: str, change: str) -> None:
    mention = extract(article(text)).mentions[-1]
    assert (mention.status, mention.change) == (status, change)


def test_from_one_level_to_another_is_two_mentions_and_the_second_is_the_change() -> None:
    first, second = extract(article("Bolt lifted its gross margin from 0.5% to 8.4%.")).mentions
    assert [(m.value, m.change, m.metric) for m in (first, second)] == [
        (0.5, "none", "gross margin"),
        (8.4, "increase", "gross margin"),
    ]


def test_relative_periods_are_worked_out_from_the_day_of_publication_or_stay_open() -> None:
    text = "Acme sold 5,000 cars last year."
    dated, undated = only(text, published=PUBLISHED), only(text)
    assert (dated.period, dated.period_text) == ("2024", "last year")
    assert (undated.period, undated.period_text) == (None, "last year")


def test_names_files_give_subjects_their_canonical_name(tmp_path: Path) -> None:
    names = tmp_path / "names.toml"
    names.write_text('[names]\n"Acme Motors" = ["Acme", "Acme Motor Co"]\n', encoding="utf-8")
    with_names = Settings(names=(str(names),))
    (mention,) = extract(article("Last year Acme Motor Co sold 5,000 cars."), with_names).mentions
    assert (mention.subject, mention.subject_text) == ("Acme Motors", "Acme Motor Co")
    assert extractor_version(with_names) != extractor_version(Settings())


@pytest.mark.parametrize(
    ("file", "decides"), [("units.toml", True), ("definitions.txt", True), ("units.examples.txt", False)]
)
def test_the_version_is_that_of_what_decides(
    file: str, decides: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Path(mentions.__file__).parent
    shutil.copytree(here, tmp_path / "pipeline")
    monkeypatch.setattr(mentions, "__file__", str(tmp_path / "pipeline" / "mentions.py"))
    with (tmp_path / "pipeline" / "vocabulary" / file).open("a") as changed:
        changed.write("# another line\n")
    extractor_version.cache_clear()
    after = extractor_version()
    monkeypatch.undo()
    extractor_version.cache_clear()
    assert (after != extractor_version()) is decides


def test_a_name_under_two_entries_is_refused(tmp_path: Path) -> None:
    names = tmp_path / "names.toml"
    names.write_text('[names]\n"Acme" = ["The Firm"]\n"Bolt" = ["the firm"]\n', encoding="utf-8")
    with pytest.raises(ValueError, match="'the firm' stands under 'Acme' and under 'Bolt'; keep one of them"):
        extract(article("5 km"), Settings(names=(str(names),)))


def test_front_matter_and_furniture_are_not_read_but_accounted_for() -> None:
    text = "---\ntitle: Up 5 km\n---\nSubscribe for 50% OFF\n\nIt is 7 km away.\n"
    extraction = extract(article(text, body_start=text.index("Subscribe")))
    assert [mention.text for mention in extraction.mentions] == ["7 km"]
    assert [(number.text, number.outcome) for number in extraction.numbers] == [
        ("5", "front matter"),
        ("50", "furniture"),
        ("7", "mention"),
    ]


def test_numbers_tell_what_became_of_each() -> None:
    text = "On 5 May 2025 at 10:30 the V6s (Model 3) came 29th; see [8]. It weighs 12 kg."
    numbers = extract(article(text)).numbers
    assert [(number.text, number.outcome) for number in numbers] == [
        ("5", "date"),
        ("2025", "date"),
        ("10", "clock time"),
        ("30", "clock time"),
        ("6", "name"),
        ("3", "name"),
        ("29", "ordinal"),
        ("8", "citation"),
        ("12", "mention"),
    ]
    assert all(number.reason for number in numbers)


_WORDS = (
    "Acme 5 1,000 % km $ – - | : . , ( ) RMB bn one million half of to from between and Q1 2025 cars per a / ± ½ rose x"
).split()
_PIECES = st.sampled_from([*_WORDS, "[8]", "# ", "• ", ": ", " ", " ", "\n", "\n\n"])


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=60).map("".join))
def test_any_text_gives_mentions_at_their_place_and_accounts_for_every_digit(text: str) -> None:
    extraction = extract(article(text, published=PUBLISHED))
    for mention in extraction.mentions:
        assert text[mention.start : mention.end] == mention.text
        assert (mention.value is None) == (mention.low is not None and mention.high is not None)
        assert units.resolve(mention.unit).dimension == mention.dimension
    accounted = {i for number in extraction.numbers for i in range(number.start, number.end)}
    assert all(i in accounted for i, character in enumerate(text) if character.isdecimal())
    assert list(extraction.numbers) == sorted(extraction.numbers, key=lambda number: number.start)
    assert len({mention.mention_id for mention in extraction.mentions}) == len(extraction.mentions)


@example("\x1f\x1e0")  # a line of nothing but a separator of units
@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_no_text_whatever_raises(text: str) -> None:
    extract(article(text))


UNIT_FORMS = [
    *(
        form.removeprefix("=")
        for section in vocabulary.load("units").values()
        if "normal" in section
        for unit, forms in section.items()
        if unit != "normal"
        for form in forms
    ),
    *vocabulary.load("currencies")["currencies"],
    *("people", "deaths", "share", "household"),
]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(UNIT_FORMS),
    st.sampled_from([" per ", "/", " a ", " for every "]),
    st.sampled_from(["", "100 ", "1,000 ", "million ", "2.5 "]),
    st.sampled_from(UNIT_FORMS),
)
def test_no_rate_of_units_raises(unit: str, joint: str, many: str, below: str) -> None:
    for mention in extract(article(f"It came to 5 {unit}{joint}{many}{below} in 2024.")).mentions:
        assert units.resolve(mention.unit).dimension == mention.dimension


def test_a_batch_keeps_its_order_and_fits_the_schema() -> None:
    batch = [article("5 km"), article("no number"), article("7 kg")]
    table = table_of(Extraction, extract_batch(batch))
    assert table.schema == schema_of(Extraction)
    assert [len(mentions) for mentions in table.column("mentions").to_pylist()] == [1, 0, 1]


def test_the_components_work_in_any_pipeline() -> None:
    nlp: Language = language.build()
    doc = nlp("The V8s reaches 27200rpm and 425kW when new.")
    assert [(span.text, span.label_) for span in doc.spans["quantities"]] == [("27200rpm", "rpm"), ("425kW", "kW")]
    assert tuple(nlp.pipe_names[-len(COMPONENTS) :]) == COMPONENTS


@pytest.mark.parametrize("piece", odd_texts.PIECES)
def test_odd_texts_take_linear_time(piece: str) -> None:
    def seconds(size: int) -> float:
        start = time.process_time()
        extract(article(odd_texts.repeated(piece, size)))
        return time.process_time() - start

    seconds(2_000)
    small, large = min(seconds(8_000) for _ in range(2)), seconds(32_000)
    assert large < 10 * small + 0.3


def test_many_names_take_linear_time() -> None:
    def seconds(names: int) -> float:
        told = " ".join(f"Acme{i} Foundry{i} sold {i} pumps." for i in range(names))
        page = read_page(told, Context(None, None, 0))
        start = time.process_time()
        assert Entities(page, NameFinder(page, {})).salient
        return time.process_time() - start

    small, large = min(seconds(1_000) for _ in range(2)), seconds(8_000)
    assert large < 20 * small + 0.1


@pytest.mark.parametrize("written", ["Dunmore plc", "Dunmore, Inc"])
def test_a_company_written_out_outweighs_the_first_name(written: str) -> None:
    text = f"Last week Bergen saw rain. The {written} said that around 5 tonnes were lost."
    page = language.read(language.build(), text, Context(None, None, 0))._.page
    assert Entities(page, NameFinder(page, {})).salient[0] == "Dunmore"
