"""Why an answer is the answer, in plain words: where its candidate was found.

``WORDS`` has words for every source a candidate may have, question by question; what a quantity itself was read by, it
tells by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline import vocabulary
from pipeline.language.aboutness.answers import Metric, Standing, Subject, When
from pipeline.language.aboutness.metrics.phrases import COMPLETING

__all__ = ["WORDS", "metric_reason", "period_reason", "standing_reason", "subject_reason"]

_SPANS = {
    "label": "the label of its line",
    "column": "the name of its column",
    "corner": "the title over the labels of its table",
    "heading": "a heading above it",
}

_SUBJECT = {
    "name": "a name in its sentence",
    "phrase": "a noun phrase in its sentence",
    **{f"phrase {link}": f'a noun phrase with its "{link}"' for link in ("of", "at", "in", "for")},
    "phrase and": 'two noun phrases that an "and" joins',
    "opening": "what opens the phrase that ends in what is measured",
    "described": "the name that the article describes by this noun",
    **{f"{span} name": f"a name in {words}" for span, words in _SPANS.items()},
    **{f"{span} opening": f"what opens {words}" for span, words in _SPANS.items()},
    **{f"{span} whole": words for span, words in _SPANS.items()},
    "fuller phrase": "what its noun was called before, in more words",
    "run-in": "what opens its paragraph",
    "memory": "whom a statement before it was about",
    "named before": "a name right before its sentence",
    "salient": "whom the article is mainly about",
}

_PHRASES = {
    "phrase": "a noun phrase in its sentence",
    "vocabulary": "a known name at the end of a noun phrase",
    "and phrase": 'two noun phrases that an "and" joins',
    "lettered phrase": "a noun of its sentence with the letters before it",
    "vocabulary alone": "a known name in its sentence",
    **{f"{link} phrase": f'a noun phrase with its "{link}"' for link in sorted(COMPLETING)},
}

_LENGTHS = ("long", "short")
_METRIC = {
    **_PHRASES,
    **{f"{source} per share": f"{words}, per share" for source, words in _PHRASES.items()},
    "verb own": "the verb",
    "verb other": "the verb, though it is used of other units",
    **{f"verb {whose} per share": "the verb, per share" for whose in ("own", "other")},
    "object and verb": "the verb and its object",
    "noun placed": "the noun it counts, and where or how that stands",
    "object and participle": "the verb and its object",
    "noun": "the noun it counts",
    "noun head": "the last word of the noun it counts",
    **{
        f"{way} {aspect}": f"the noun it qualifies: its {aspect}"
        for way in ("qualified", "measured")
        for aspects in vocabulary.load("metrics")["aspects"].values()
        for aspect in aspects
    },
    "share of": "what it is a share of",
    **{f"share {of}predicated {length}": "what is said of the share" for of in ("", "of ") for length in _LENGTHS},
    **{f"counted predicated {length}": "the noun it counts, and what is said of it" for length in _LENGTHS},
    "share acted on": "what was done to the share",
    "share described": "the adjective behind the share",
    "share of last": "a share of what a statement before it measured",
    "time to": "what was done in that time",
    **dict.fromkeys(("time to verb", "time to verb object", "verb time"), "the verb, done in that time"),
    "duration": "a time that something took",
    "phrase duration": "the noun phrase that took that time",
    "counted in": "what was counted in that time",
    "reporting period": "a stretch of time that figures are given for",
    "comparison period": "a stretch of time that figures are compared with",
    "interval": "a stretch of time between two things",
    "age": "a time that tells an age",
    **{f"direction {dimension}": "the word right behind it" for dimension in ("length", "time")},
    "adjective": "the adjective beside it",
    "multiple of": "what it is a multiple of",
    "multiple of noun": "what it is a multiple of",
    "capacity": "what could be done, and so a capacity",
    "rated capacity": "what could be done in a given time, and so a capacity",
    **{f"{span} measure": f"a known name in {words}" for span, words in _SPANS.items()},
    **{f"{span} {extent}": words for span, words in _SPANS.items() for extent in ("whole", "full")},
    "title": "a known name in the article's title",
    "salient": "what the article mostly tells",
    "unit": "what its unit measures",
    "usual": "what such numbers often measure, by the words around it",
    "memory": "what a statement before it measured",
    "of the unit": "what other numbers of the article in its unit measure",
}

_PERIOD = {
    "none": "nothing near says when",
    "sentence": "a time in its sentence",
    "column": "a time in the name of its column",
    "titles": "a time in another title of its table",
    "label": "a time in the label of its line",
    "heading 0": "a time in the heading above it",
    "heading 1": "a time in a heading further up",
    "title": "a time in the article's title",
    "memory": "the time of a statement before it",
    "memory year back": "the year before the time of the statement before it",
    "memory whole year": "the year in which the statement before it holds",
    "sentence year back": "the year before a time in its sentence",
    "block": "a time spoken of before its sentence",
    "salient": "a time that the article speaks of much",
    "this year": "the year in which the article was published",
    "published": "the day the article was published",
    **{
        f"last {length}": f"the last whole {length} before the article was published"
        for length in ("year", "half", "quarter", "month")
    },
}

_STANDING = {
    "nothing": "nothing near says otherwise",
    "wording": "the words around it taken together",
    "before": "the words before it",
    "behind": "the words behind it",
    "label": "the label of its line",
    "column": "the name of its column",
    "start of a move": "the level from which something moved",
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "subject": _SUBJECT,
    "metric": _METRIC,
    "period": _PERIOD,
    "status": {**_STANDING, "lead": "the line that leads into its list", "heading": "a heading above it"},
    "change": {**_STANDING, "end of a move": "the number it moved from"},
}

_UNDATED = "a time, but nothing tells of which year"


def subject_reason(subject: Subject | None) -> str:
    """Why a quantity has the subject it has."""
    if subject is None:
        return "subject: none, nothing near names one"
    return f"subject: {_told('subject', subject.source, subject.text, subject.name)} ({subject.probability:.2f})"


def metric_reason(metric: Metric | None) -> str:
    """Why a quantity measures what it does."""
    if metric is None:
        return "metric: none, nothing near says what it measures"
    return f"metric: {_told('metric', metric.source, metric.text, metric.name)} ({metric.probability:.2f})"


def period_reason(when: When, text: str | None) -> str:
    """Why a quantity has the period it has, ``text`` being the words that give it."""
    if when.period is None:
        return f"period: none, {_told('period', when.source, None)}"
    if when.period.iso is None:
        return f"period: none, {', '.join(_parts(_UNDATED, text, ''))}"
    return f"period: {_told('period', when.source, text)}"


def standing_reason(question: str, standing: Standing) -> str:
    """Why a quantity has the status, or the change, it has."""
    return f"{question}: {standing.label}, {_told(question, standing.source, standing.text)}"


def _told(question: str, source: str, text: str | None, answer: str = "") -> str:
    return ", ".join(_parts(WORDS[question].get(source, source), text, answer))  # a new source speaks for itself


def _parts(words: str, text: str | None, answer: str) -> Iterator[str]:
    """The words for a source, and what stands there where the answer itself does not show it."""
    yield words
    if text and (written := " ".join(text.split())).casefold() != answer.casefold():
        yield f'"{written}"'
