"""Stretches of text whose digits are no numbers, found before anything is read: addresses, telephone numbers, codes."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["section_number_spans", "telephone_spans", "web_spans"]

_TELEPHONE = re.compile(r"(?<![\w.,])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,5}\)[ .-]?)?\d{2,5}(?:[ -]\d{2,7}){1,4}(?![\w%])")
_ANNOUNCED = re.compile(r"(?:tel|telephone|phone|call|fax|mobile|contact)\W{0,3}(?:us at )?$", re.IGNORECASE)
_WEB = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|\b[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{1,63}"
    r"|\]\([^)\s]*\)"
    r"|\b[a-zA-Z][\w-]{0,62}(?:\.[\w-]{1,63}){0,4}\.(?:com|org|net|io|gov|edu|cn|co)(?:/\S*)?\b"
    r"|(?<!\w)#[\w_]+"
    r"|\b(?:doi|arXiv|ISBN|ISSN|PMID)\b:?\s?[\w./-]+"
    r"|\b97[89][- ]?\d{1,5}[- ]\d{1,7}[- ]\d{1,7}[- ][\dX]\b"
    r"|\b(?=[A-Z0-9]{0,20}[A-Z])(?=[A-Z0-9]{0,20}\d)[A-Z0-9]{2,20}(?:-[A-Z0-9]{1,20}){2,6}\b"
    r"|\b[A-Z]-\d+/\d+\b"
    r"|\b\d{3,4}-\d{3,4}-\d{3,4}\b"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"
)


def web_spans(text: str) -> list[tuple[int, int]]:
    """Addresses of pages and mail, link targets and hashtags."""
    return [match.span() for match in _WEB.finditer(text)]


def telephone_spans(text: str) -> list[tuple[int, int]]:
    """Telephone numbers: at least nine digits in groups, or fewer behind a plus sign or a word that announces one."""
    found = []
    for match in _TELEPHONE.finditer(text):
        digits = sum(character.isdigit() for character in match.group())
        announced = _ANNOUNCED.search(text[max(0, match.start() - 14) : match.start()])
        groups = re.split(r"[ .-]", match.group())
        long = digits >= 9 and len(groups) >= 3 and not _is_grouped(groups)
        if (match.group()[0] == "+" and digits >= 7) or (announced and digits >= 6) or long:
            found.append(match.span())
    return found


_NUMBERED_LINE = re.compile(r"^[ #]*(\d{1,2}) [A-Z][^.!?\n]{2,60}$", re.MULTILINE)


def section_number_spans(text: str) -> list[tuple[int, int]]:
    """The numbers of headings such as ``2 Reference Sites``, where others of the text count up from 1 with them."""
    found, expected = [], 1
    for match in _NUMBERED_LINE.finditer(text):
        if int(match[1]) in (expected, 1):  # behind a table of contents they count from 1 once more
            found.append(match.span(1))
            expected = int(match[1]) + 1
    return found if expected > 2 else []


def _is_grouped(groups: Sequence[str]) -> bool:
    """Whether groups of digits are one number in thousands."""
    return all(len(group) == 3 for group in groups[1:])
