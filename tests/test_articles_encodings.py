"""Encodings: a text is read right or refused, never garbled."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.articles import Article, Refusal
from pipeline.articles.article import Unreadable
from pipeline.articles.content import check_text
from pipeline.articles.decoding import decode
from tests.test_articles import read_bytes

ENGLISH = (
    "The company’s revenue rose to £5.2m in 2024 – a gain of 12% on the year before. “We expect to spend €2.5bn on the "
    "new plant,” said François Müller, its chief executive. The engine makes 528 N·m of torque at 35 °C, about ½ of "
    "what rivals claim, and an area of 120 m² was covered at a cost of 30 € per tile, ± 5%."
)
BULLETS = (
    "The results of the year, and what is to come:\n  • 300 cars were sold → a gain of 5%\n  • the torque is "
    "528 N·m ± 5\n"
)
FRENCH = (
    "Le constructeur a annoncé mardi un chiffre d'affaires de 12,5 milliards d'euros, en hausse de 8 % par rapport à "
    "l'année précédente. « Les résultats sont là », a déclaré sa présidente, qui prévoit de créer 1 200 emplois d'ici "
    "à 2027 dans les usines du nord. La température moyenne a dépassé 35 °C, et les prix ont été relevés de 3 £."
)
GERMAN = (
    "Der Umsatz des Herstellers ist im vergangenen Jahr um 8 Prozent auf 12,5 Milliarden Euro gestiegen. Für das "
    "laufende Geschäftsjahr erwartet die Geschäftsführung einen Überschuss von mehr als 300 Millionen Euro, größer als "
    "je zuvor. Das Werk in München läuft bei 35 °C, und der Preis ist auf 2,50 £ je Kilogramm gefallen."
)
CHINESE = (
    "该公司周二宣布，2024年营业收入达到125亿元，同比增长8%。首席执行官表示，新工厂将于2026年投产，年产能为30万辆，"
    "预计创造1200个就业岗位。新车型的最大功率为288千瓦，峰值扭矩为528牛·米，续航里程超过700公里，售价从19.98万元起。"
)
JAPANESE = (
    "同社は火曜日、２０２４年度の売上高が前年比８％増の１２５億円になったと発表しました。新しい工場は2026年に稼働し、"
    "年間30万台の生産能力を持つ見込みです。新型車の最高出力は288kWで、最大トルクは528N・m、航続距離は700キロを超えます。"
)
KOREAN = (
    "회사는 화요일 2024년 매출이 전년 대비 8% 증가한 125억 원을 기록했다고 발표했다. 새 공장은 2026년에 가동되며 연간 "
    "30만 대의 생산 능력을 갖출 예정이다. 신형 모델의 최고 출력은 288kW이고 주행 거리는 700킬로미터를 넘는다."
)
RUSSIAN = (
    "Компания сообщила во вторник, что выручка за 2024 год выросла на 8 процентов и достигла 125 миллиардов рублей. "
    "Новый завод начнёт работу в 2026 году и сможет выпускать 300 тысяч автомобилей в год, сказал директор."
)
UKRAINIAN = (
    "Компанія повідомила у вівторок, що її виручка за 2024 рік зросла на 8 відсотків і досягла 125 мільйонів гривень. "
    "Новий завод почне роботу в 2026 році, сказав її директор."
)
POLISH = (
    "Spółka poinformowała we wtorek, że przychody w 2024 roku wzrosły o 8 procent i osiągnęły 125 milionów złotych. "
    "Nowa fabryka rozpocznie pracę w 2026 roku i będzie mogła wytwarzać 300 tysięcy samochodów rocznie."
)
TURKISH = (
    "Şirket salı günü yaptığı açıklamada 2024 yılı gelirinin yüzde 8 artarak 125 milyon liraya ulaştığını bildirdi. "
    "Yeni fabrika 2026 yılında üretime başlayacak ve yılda 300 bin araç üretebilecek."
)

READ_RIGHT = [
    (ENGLISH, "utf-8"),
    (ENGLISH, "utf-8-sig"),
    (ENGLISH, "utf-16"),
    ("\ufeff" + CHINESE, "utf-16-be"),
    ("\ufeff" + JAPANESE, "utf-32-le"),
    (ENGLISH, "cp1252"),
    (FRENCH, "latin-1"),
    (FRENCH, "cp1252"),
    (GERMAN, "latin-1"),
    (CHINESE, "gb18030"),
    (CHINESE * 3, "gbk"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "euc_jp"),
    (KOREAN, "euc_kr"),
    (RUSSIAN, "cp1251"),
    (RUSSIAN, "koi8_r"),
    ("Turnover in the shop rose to £5 in May.", "cp1252"),
]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize(("text", "encoding"), READ_RIGHT)
def test_an_article_is_read_right(tmp_path: Path, text: str, encoding: str, name: str) -> None:
    item = read_bytes(tmp_path, name, text.encode(encoding))
    assert isinstance(item, Article), item
    marked = encoding in ("utf-8-sig", "utf-16")  # these write a mark, which stays the text's first character
    assert item.text == ("\ufeff" if marked else "") + text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "mac_roman"),
        (ENGLISH, "cp850"),
        (ENGLISH, "iso8859_15"),
        (FRENCH, "mac_roman"),
        (FRENCH, "cp437"),
        (GERMAN, "cp850"),
        (BULLETS, "mac_roman"),
        (BULLETS, "big5"),
        (BULLETS, "gb18030"),
        (BULLETS, "cp850"),
        ("The “Profit” of the firm was not what it had been in May.", "mac_roman"),
        ("The torque of the engine is 528 N·m.", "mac_roman"),
        ("The torque of the engine is 528 N·m.", "cp437"),
        ("A gain of 12% on the year – and on the one before.", "mac_roman"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859_2"),
        (TURKISH, "cp1254"),
        (TURKISH, "iso8859_9"),
        (RUSSIAN, "mac_cyrillic"),
        ("The plant of BYD (" + CHINESE[:6] + ") is in Xi'an, and it is the largest in the region.", "gb18030"),
        ("35 °C, 36 °C", "cp1252"),
        (CHINESE[:5], "gb18030"),
        (RUSSIAN[:16], "koi8_r"),
        (UKRAINIAN, "cp1251"),
    ],
)
def test_what_fits_more_than_one_encoding_is_refused(tmp_path: Path, text: str, encoding: str) -> None:
    content = text.encode(encoding, "ignore")
    item = read_bytes(tmp_path, "a.txt", content)
    first = next(place for place, byte in enumerate(content) if byte > 127)
    assert item == Refusal(
        "a",
        str(tmp_path / "a.txt"),
        f"its encoding cannot be told: it is not UTF-8 (byte {first} is 0x{content[first]:02X}), and no other encoding "
        "fits without doubt; save it as UTF-8",
    )


@pytest.mark.parametrize("damage", [b"\x80", b"\xff", "£".encode("cp1252"), "–".encode()[:2]])
@pytest.mark.parametrize("text", [ENGLISH, CHINESE, "The sales of Żabka rose to "])
def test_damaged_utf8_is_not_taken_for_something_else(text: str, damage: bytes) -> None:
    content = text.encode() + damage + b" in the year, and it is the most."
    with pytest.raises(Unreadable, match=rf"it is not UTF-8 \(byte {len(text.encode())} is"):
        decode(content)


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = random.Random(1).randbytes(3000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 30, 30, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(pixels))
        + chunk(b"IEND", b"")
    )


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("article.txt", ENGLISH * 20)
    return buffer.getvalue()


NOT_TEXT = "not text; save its text as UTF-8, or leave it out"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (png(), f"it is a PNG image, {NOT_TEXT}"),
        (archive(), f"it is a zip archive or an office document, {NOT_TEXT}"),
        (b"%PDF-1.4\n1 0 obj\n(Sales rose 5%.) Tj", f"it is a PDF document, {NOT_TEXT}"),
        (b"{\\rtf1\\ansi\\fs24 Sales rose 5%.}", f"it is an RTF document, {NOT_TEXT}"),
        (
            ENGLISH.encode("utf-16-le"),
            "it is binary, not text: byte 1 is NUL; if it is text all the same, save it as UTF-8",
        ),
        (b"\xff\xfeS\0a", "it begins as UTF-16 but is not: truncated data at byte 4; save it as UTF-8"),
        (
            b"\xff\xfeS\0\0\xd8a\0",
            "it begins as UTF-16 but is not: illegal UTF-16 surrogate at byte 4; save it as UTF-8",
        ),
        (JAPANESE.encode("iso2022_jp"), "its encoding is ISO-2022, which is not read; save it as UTF-8"),
        (
            "\ufeffSales\0rose".encode("utf-16-le"),
            "it is not text: a NUL character stands at offset 6; save it as UTF-8 text",
        ),
    ],
)
def test_what_is_no_text_is_refused_by_name(tmp_path: Path, content: bytes, error: str) -> None:
    assert read_bytes(tmp_path, "a.txt", content) == Refusal("a", str(tmp_path / "a.txt"), error)


@given(st.integers(0, 2**32), st.sampled_from([(1, 255), (128, 255), (0xA1, 0xFE), (0x81, 0x9F), (0xC0, 0xFF)]))
def test_random_bytes_are_never_taken_for_text(seed: int, bounds: tuple[int, int]) -> None:
    chance = random.Random(seed)
    content = bytes(chance.randint(*bounds) for _ in range(chance.choice([60, 400, 2000])))
    with pytest.raises(Unreadable):
        check_text(decode(content))


@pytest.mark.parametrize("text", [ENGLISH, FRENCH, GERMAN, CHINESE, JAPANESE, KOREAN, RUSSIAN])
@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "gb18030", "big5", "cp932", "euc_jp", "cp949", "koi8_r"])
@pytest.mark.parametrize("length", [60, 120, 1000])
def test_any_part_of_an_article_is_read_right_or_refused(text: str, encoding: str, length: int) -> None:
    content = text[:length].encode(encoding, "ignore")
    try:
        assert decode(content) == content.decode(encoding)
    except Unreadable as error:
        assert "encoding cannot be told" in str(error)  # noqa: PT017  either way is right
