"""Texts read as far as the quantities in their surroundings, for tests of what these are about."""

from __future__ import annotations

from pipeline import language
from pipeline.language.aboutness import iterate_cases
from pipeline.language.aboutness.case import Case
from pipeline.language.layout.page import Context
from pipeline.mentions import Settings

SETTINGS = Settings()


def cases_of(text: str) -> list[Case]:
    """The quantities of a text in their surroundings."""
    doc = language.read(language.build(SETTINGS.names, SETTINGS.model), text, Context(None, None, 0))
    return list(iterate_cases(doc._.page, doc._.sentences, doc._.quantities, doc._.periods, {}))


def case_of(text: str) -> Case:
    """The last quantity of a text in its surroundings."""
    return cases_of(text)[-1]
