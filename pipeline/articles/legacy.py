"""Which encoding a text that is not Unicode was written in, where that can be told for certain.

A number read in the wrong encoding may lose its currency or its unit, so a guess is not good enough. Two ways lead to
certainty, and a text that takes neither is refused:

* **Windows-1252** (which contains Latin-1), where the text consists of the everyday words of a Western European
  language and every character beyond ASCII stands where such a character can stand. Statistics alone cannot tell
  Windows-1252 from its siblings, which differ in a few letters.
* **Another script**, where charset-normalizer has one answer and no rival, and the answer looks like that script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from charset_normalizer import from_bytes

_MARGIN = 0.1  # by how much more "mess" charset-normalizer must find in every other reading of a text
_ENOUGH = 20  # characters beyond ASCII: fewer fit too many scripts
# Others of a family of which one is tried: they differ in a few signs, and nobody writes articles in them.
_VARIANTS = ["gb2312", "hz", "shift_jis", "shift_jis_2004", "shift_jisx0213", "euc_jis_2004", "euc_jisx0213", "euc_kr"]

_CAPITAL = "À-ÖØ-ÞŒŠŽ"
_SMALL = "ß-öø-ÿœšž"
_LETTER = _CAPITAL + _SMALL
_MISPLACED = re.compile(
    "|".join(
        (
            f"(?<=[a-z{_SMALL}])[{_CAPITAL}]|[{_SMALL}](?=[A-Z{_CAPITAL}])",  # a capital inside a word: "companyÕs"
            f"[{_CAPITAL}][A-Z][a-z]|[NW][áú][hm]\\b",  # "ÒProfit", "Nám": the quotation mark and the dot of others
            f"(?<=[0-9])[{_LETTER}]|[{_LETTER}](?=[0-9])",  # a letter at a digit: some currency or degree, "œ5m"
            f"[{_LETTER}]{{3}}",  # words of accented letters only: another alphabet
            f"(?<![\\w'’])(?![àèéìòóåæøöÀÈÉÅÓÖÆØ])[{_LETTER}](?![\\w'’])",  # no word of one letter: "barrel Ñ down"
            "[ðþýÐÞÝŸÿƒˆ˜¤¦¨¬¯´¸\x80-\x9f\xad]",  # Turkish or Baltic letters, and signs that no article writes
            "Ã[^a-zA-Z]|Â[\xa0-\xbf]|â€",  # UTF-8, some of it damaged
            r"(?<=[^\s(\[{/\-–—\"'“‘«>*_])[“‘„‚¿¡]|[“‘„‚¿¡](?=\s)|(?<=\s)”",  # quotation marks the wrong way round
            f"(?<=[a-z{_SMALL}])[“”„‹›«»°®©™±×÷§¶‰•µ¢º](?=[a-z{_SMALL}])",  # a sign inside a word
            f"[¹²³¼½¾](?=[a-z{_SMALL}])|(?<=[a-z{_SMALL}]{{3}})[¹²³]",  # no unit ends in three letters: "lup¹", "dał"
            f"(?<=[A-Za-z{_LETTER}])[†‡]|(?<=[a-mo-zA-MO-Z{_LETTER}])°|±(?=[A-Za-z{_LETTER}])",
            r"(?<![0-9A-Z.\s])[ºª]|(?<![0-9])¢",  # not as in 3º, N.º, 5¢
            r"¡(?![^!]{1,300}!)|¿(?![^?]{1,300}\?)|(?<![0-9])(?<![0-9]\s)¥(?!\s?[0-9])",  # not as in ¡Hola!, ¿Qué?, ¥5
            f"(?<=[a-z{_SMALL}])[£€¥]|[£€¥](?=[{_LETTER}]|[A-Za-z{_LETTER}]{{3}})",  # £5, £m, 5€, but "£ódŸ"
        )
    )
)
_EVERYDAY_WORDS = tuple(
    frozenset(words.split())
    for words in (
        "the of and to in is are for that on was with it its by from as at an or has have be not but",  # English
        "le la les des et une dans est pour que du sur par au en un",  # French
        "der die das und ist von mit den für im auf ein eine dem des zu",  # German
        "el la los las que por con una del en es se un para y",  # Spanish
        "il la di che per della con una del non è un le in i dei",  # Italian
        "o os que para com uma da do em não as por um no na dos",  # Portuguese
        "de het een van en in is op met dat te voor zijn niet",  # Dutch
        "och att det som en på är av för med den till ett har",  # Swedish
        "og at det som en på er af for med den til et har i av",  # Danish and Norwegian
    )
)


def legacy_encoding(raw: bytes) -> str | None:
    """The encoding of a text that is not Unicode, or None where it cannot be told for certain."""
    return "cp1252" if _is_windows_1252(raw) else _other_script(raw)


def _is_windows_1252(raw: bytes) -> bool:
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return not _MISPLACED.search(text) and _is_western(text)


def _is_western(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return any(sum(word in everyday for word in words) >= max(2, 0.15 * len(words)) for everyday in _EVERYDAY_WORDS)


def _other_script(raw: bytes) -> str | None:
    matches = from_bytes(raw, cp_exclusion=_VARIANTS)
    best = matches.best()
    if best is None or best.encoding not in _LOOKS_RIGHT:
        return None
    text = str(best)
    rivals = (match for match in matches if match.chaos <= best.chaos + _MARGIN)
    certain = _beyond_ascii(text) >= _ENOUGH and all(str(rival) == text for rival in rivals)
    return best.encoding if certain and _LOOKS_RIGHT[best.encoding](text) else None


def _cyrillic(text: str) -> bool:
    """Looks right where most words are of small Cyrillic letters, perhaps with a capital before them."""
    words = re.findall(r"[^\W\d_]+", text)
    russian = sum(re.fullmatch("[А-ЯЁ]?[а-яё]+", word) is not None for word in words)
    return 10 * russian >= 6 * len(words)


def _everyday_characters(charset: str, last_row: int) -> Callable[[str], bool]:
    """Looks right where most of it is East Asian words, nine in ten characters being of the everyday rows."""

    def looks_right(text: str) -> bool:
        words = "".join(re.findall("[㐀-鿿가-힣]{2,}", text))
        codes = [char.encode(charset, "replace") for char in words]
        everyday = sum(len(code) == 2 and code[0] <= last_row for code in codes)  # Python writes rare Hangul in eight
        return 2 * len(words) >= _beyond_ascii(text) and 10 * everyday >= 9 * len(words)

    return looks_right


def _with_kana(text: str) -> bool:
    """Looks right where one character in ten beyond ASCII is hiragana, which every Japanese sentence has."""
    return 10 * len(re.findall("[ぁ-ん]", text)) >= _beyond_ascii(text)


def _beyond_ascii(text: str) -> int:
    return sum(not char.isascii() for char in text)


_LOOKS_RIGHT: Mapping[str, Callable[[str], bool]] = {
    "gb18030": _everyday_characters("gb2312", 0xD7),
    "big5": _everyday_characters("big5", 0xC6),
    "cp949": _everyday_characters("euc_kr", 0xC8),
    "cp932": _with_kana,
    "euc_jp": _with_kana,
    "cp1251": _cyrillic,
    "koi8_r": _cyrillic,
    "iso8859_5": _cyrillic,
    "cp1125": _cyrillic,
}
