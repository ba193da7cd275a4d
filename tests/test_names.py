"""Names: what counts as one, and where it begins and ends."""

from __future__ import annotations

import pytest

from pipeline import language
from pipeline.language.aboutness.entities import Entities
from pipeline.language.aboutness.measures import owner
from pipeline.language.aboutness.names import NameFinder
from pipeline.language.layout.page import Context
from tests.reading import cases_of


def finder(text: str) -> NameFinder:
    return cases_of(text)[0].names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Danish Nurses' Organisation wants 5% more.", ["Danish Nurses' Organisation"]),
        ("Acme's HX 370 has 12 cores.", ["Acme", "HX 370"]),
        ("Line 4 raises capacity by 41%, says Acme.", ["Line 4", "Acme"]),
        ("Last year Acme sold 12 plants, and Bolt 17.9% of its own.", ["Acme", "Bolt"]),
        ("Geek+ sold 5 robots. Disney+ has 120 million users.", ["Geek+", "Disney+"]),
        ("Danish Regions spent 5 kroner.", ["Danish Regions"]),
        ("Sales in Latin America rose 5%.", ["Latin America"]),
        ("Southern Pastures paid 5%. Southern farmers sold more.", ["Southern Pastures"]),
        ("Luftig sold 5,000 units of the Stair One.", ["Luftig", "Stair One"]),
        ("Its CO2 fell 5%.", []),
        ("Chip makers such as AMD and Nvidia sold 5%.", ["AMD", "Nvidia"]),
        ("It cost NIO 5 million and AMD 20 million.", []),
        ("Frigosul sold 5%. Frigosul America sold 7%, said Frigosul.", ["Frigosul", "Frigosul America", "Frigosul"]),
        ("Brock Holt earned 5%. Mr Holt left.", ["Brock Holt", "Brock Holt"]),
        ("The Teachers’ Pension Plan owns 40%.", ["Teachers’ Pension Plan"]),
        ("United Airlines' Scott Kirby earned $5 million.", ["United Airlines", "Scott Kirby"]),
        ("Coastal & Murray Bank will shed 1,150 jobs.", ["Coastal & Murray Bank"]),
        ("Last week Marks & Spencer opened 5 shops.", ["Marks & Spencer"]),
        ("Tax & duty rose 5%.", []),
        ("Figures of the Bank of England show 70,800.", ["Bank of England"]),
        ("The Office for National Statistics counts 5,000.", ["Office for National Statistics"]),
        ("The Association of British Insurers paid $5 million.", ["Association of British Insurers"]),
        ("Half of it is owned by American Airlines and American Acme.", ["American Airlines", "Acme"]),
        ("Last year Air India sold 5 jets. India's exports rose 5%.", ["Air India", "India"]),
        ("Furthermore, exports rose by 5%.", []),
        ("Carmaker Volvo sold 5,000 cars.", ["Volvo"]),
        ("General Motors sold 5 million cars.", ["General Motors"]),
        ("Profit rose 5%, said Insurer Nation Ltd", ["Insurer Nation"]),
        ("It sold 5 cars to Volvo", ["Volvo"]),
        ("Last year Acme (NYSE: ACM) sold 5 cars, and Bolt (OTCPK:BLTVF) (TSX-V: BLT) sold 7.", ["Acme", "Bolt"]),
        ("It owns 5% of Rio Acme (ASX:ACM; LON:ACM) and of Novo (Nasdaq Copenhagen: NOVO B).", ["Rio Acme", "Novo"]),
        ("It sold Acme (parent: Beta Group) for 5 million.", ["Acme", "Beta Group"]),
        ("Its output rose 3% YoY and 5% YTD.", []),
        ("Costs were: Nordland NOK 19.80, Rogaland NOK 16.10.", ["Nordland", "Rogaland"]),
        ("Revenue of Solmara 9M was €5 million, said Solmara.", ["Solmara", "Solmara"]),
        (
            "In May Hartmoor Screw Works became Hartmoor Fasteners. Hartmoor Fasteners is big. Hartmoor lost 5%.",
            ["Hartmoor Screw Works", "Hartmoor Fasteners", "Hartmoor Fasteners", "Hartmoor Fasteners"],
        ),
        ("Competitor Kash has 57 million users.", ["Kash"]),
        ("“We've spent 5%,” said Acme. They’re 4 of us. Don't pay 3%.", ["Acme"]),
        ("It took 240,000 YU7 pre-orders for Rs 3,268 crore.", ["YU7"]),
        ("The Harrow 7R.310 makes 310 hp.", ["Harrow 7R.310"]),
        ("9M25 DPU of 5.21 cents was better.", []),
        ("Mid-July sales were 500 cars.", []),
        ("The drone is the S-40. Designated S-40, it weighs 12 kg.", ["S-40", "S-40"]),
        ("It runs the Apex Circuit. Owner Apex Circuit employs 400.", ["Apex Circuit", "Apex Circuit"]),
        ("Last year the Kingdom of Astmark sold 5 ships.", ["Astmark"]),
        ("Last year the growers of the Val d'Orbe made 5% more.", ["Val d'Orbe"]),
        ("Last year sales of semaglutide rose 5%.", ["semaglutide"]),
        ("Semaglutide cut weight by 5%, and semaglutide is cheap.", ["semaglutide", "semaglutide"]),
        ("Table 1 shows 40 rows.", []),
        ("Last year Nation REIT and Lindgren AB earned 5%.", ["Nation REIT", "Lindgren"]),
        ("The bank made GH¢5 million and KD 3 million.", []),
        ("Rand falls. Sterling Bank paid 5 rand.", ["Sterling Bank"]),
        ("Sept 24 (Ferro Daily) - Acme Steel sold 400 tonnes.", ["Acme Steel"]),
    ],
)
def test_where_a_name_begins_and_ends(text: str, expected: list[str]) -> None:
    assert [name.canonical for name in finder(text).all if not name.filed] == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Acme Foundry Q2 2025 results", "Acme Foundry"),
        ("Acme Foundry FY24: a record", "Acme Foundry"),
        ("Acme Foundry H1 2025", "Acme Foundry"),
        ("Acme Foundry 2025", "Acme Foundry"),
        ("Zambia's drought has ended", "Zambia"),
        ("Lyon, 24 July 2025", None),
        ("Acme Foundry Reports Record Sales; Narrows Outlook", "Acme Foundry"),
        ("Acme Foundry Record Sales Everywhere", None),
        ("Pelagic week: big fish, thin entries", None),
        ("Portugal: economy grew 1.6%", "Portugal"),
        ("Korvix Q2: sensor maker turns a profit", "Korvix"),
        ("Korvix to close two plants", "Korvix"),
        ("UK pay growth slows", "UK"),
        ("US housing starts slide", "US"),
        ("China autos: who blinks?", "China"),
        ("Mortgage rates fall again", None),
        ("EV sales rise", None),
        ("HARBOUR AIR SHOW: Korvix's commuter grows to 19 seats", "Korvix"),
        ("UPDATE 2-KORVIX-Portugal: economy grew 1.6%", "Portugal"),
        ("Q&A: Zambia's drought", "Zambia"),
        ("Labour Force, April 2025", None),
        ("Acme Foundry Ekes Out 2% Growth", "Acme Foundry"),
        ("Harrow 7R.310 drive: fewer litres", "Harrow 7R.310"),
    ],
)
def test_a_title_names_whom_it_opens_with_and_no_time(title: str, expected: str | None) -> None:
    page = language.read(language.build(), "Revenue rose 5%.", Context(title, None, 0))._.page
    assert NameFinder(page, {}).title.opening == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("International visitor arrivals to Maravilla, January 2025", ["Maravilla"]),
        ("Korvix buys Swiss rival Metavis for $9.8bn", ["Metavis"]),
        ("Korvix Buys Swiss Rival Metavis", []),
        ("Mortgage rates fall again", []),
        ("Castellan Motors narrows its loss after a strong quarter", []),
        ("Labour Force, April 2025: Republic of Estmark", ["Estmark"]),
    ],
)
def test_a_title_set_as_a_sentence_names_more(title: str, expected: list[str]) -> None:
    page = language.read(language.build(), "Revenue rose 5%.", Context(title, None, 0))._.page
    assert NameFinder(page, {}).further_titled == expected


def test_the_lines_over_the_text_name_the_place_that_a_bulletin_is_of() -> None:
    text = "Labour Force\n\nNational Statistical Office of Estmark\n\nThe rate was 6.8% in April, up from March."
    assert "Estmark" in finder(text).further_titled


def test_a_line_set_as_a_headline_names_only_whom_the_text_knows() -> None:
    text = "The maker is Korvix Auto.\n\nReferences\n\n[1] Korvix Auto Deliveries Exceed Fifty Thousand Last Month"
    assert [name.canonical for name in finder(text).all] == ["Korvix Auto", "Korvix Auto"]


def test_capitals_in_cells_make_no_name_of_common_words() -> None:
    text = (
        "Dimension Supplier Model Own Model\nLead Time Expected 6-8 weeks Reduced 2-4 weeks\nKorvix Cost 20 EUR 15 EUR"
    )
    assert [name.canonical for name in finder(text).all] == ["Korvix Cost"]


def test_a_word_that_is_written_small_as_well_opens_no_name_in_a_heading() -> None:
    text = "The Sea of Norvia is warm. Boats left the Sea on Friday.\n\nSea ice\n\nThe sea froze over 5 km."
    names = finder(text)
    first = next(i for i, token in enumerate(names._page.tokens) if token.text == "ice") - 1
    assert names.among(first, first + 2, titled=True) == []


def test_a_maker_is_not_titled_where_the_title_names_its_product() -> None:
    text = "Harrow has a new car, the Harrow Pip 2. The Harrow Pip 2 costs $12,000."
    page = language.read(language.build(), text, Context("Harrow Pip 2 review", None, 0))._.page
    entities = Entities(page, NameFinder(page, {}))
    assert [entities.get(name).titled for name in ("Harrow", "Harrow Pip 2")] == [False, True]  # type: ignore[union-attr]


def test_a_model_without_its_maker_is_the_one_with_it() -> None:
    text = "Dorsett has a new car, the Dorsett Pip 2. The Pip 2 costs $12,000, the Pip 3 $14,000."
    assert [name.canonical for name in finder(text).all] == ["Dorsett", "Dorsett Pip 2", "Dorsett Pip 2", "Pip 3"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It builds the Arrow 360. The Arrow weighs 40 t.", ["Arrow 360", "Arrow 360"]),
        ("It builds the Arrow 360 and sold 40 of its Arrows.", ["Arrow 360", "Arrow 360"]),
        ("It flies the Boeing 737. Last year Boeing sold 40 jets.", ["Boeing 737", "Boeing"]),
        ("Korvix sold 5 jets, the Korvix 360 for the", ["Korvix", "Korvix 360"]),
        ("It has the Arrow 360, the Arrow 400 and the Arrow, 5 cars.", ["Arrow 360", "Arrow 400", "Arrow"]),
    ],
)
def test_a_model_without_its_number_is_the_only_one_of_that_name(text: str, expected: list[str]) -> None:
    assert [name.canonical for name in finder(text).all] == expected


def test_a_short_form_means_the_company_of_the_title() -> None:
    text = "Calder will hold a call. Calder Circle has 5 million members."
    title = "Calder Hotels & Resorts Reports Third Quarter Results"
    page = language.read(language.build(), text, Context(title, None, 0))._.page
    assert [name.canonical for name in NameFinder(page, {}).all] == ["Calder Hotels & Resorts", "Calder Circle"]


def test_a_title_may_use_the_short_form_before_the_text_has_the_full_one() -> None:
    text = (
        "Korv raises fresh money to fly blood and lunch\n\nKorv Aero, the start-up, has 9 hubs. Korv lost $4 million."
    )
    assert {name.canonical for name in finder(text).all} == {"Korv Aero"}


@pytest.mark.parametrize("text", ["Amortisation climbed to €41m.", "Total revenue stood at Rs 3,268 crore."])
def test_british_spellings_and_currencies_are_no_names(text: str) -> None:
    assert not finder(text).all


@pytest.mark.parametrize(
    ("text", "name", "sort"),
    [
        ("Each R9 is tested. The R9 spins at 30,000 rpm.", "R9", "something"),
        ("In the Corvus sits a motor. The Corvus's torque is 400 Nm.", "Corvus", "something"),
        ("Acme's revenue rose 5%.", "Acme", "somebody"),
        ("Last year Acme plans 5 plants. It is the Acme plant that counts.", "Acme", "somebody"),
        ("Since May Acme has also agreed to pay 5%.", "Acme", "somebody"),
        ("For years the carmaker Bolt made 5 models.", "Bolt", "somebody"),
        ("It rained 5 mm in Leeds.", "Leeds", "unsure"),
    ],
)
def test_whether_a_name_is_somebody_or_something(text: str, name: str, sort: str) -> None:
    page = language.read(language.build(), text, Context(None, None, 0))._.page
    entity = Entities(page, NameFinder(page, {})).get(name)
    assert entity is not None
    assert entity.sort == sort


@pytest.mark.parametrize(
    ("metric", "of"),
    [("gross margin", "somebody"), ("torque", "something"), ("peak power", "something"), ("growth", "either")],
)
def test_of_whom_a_metric_is_told(metric: str, of: str) -> None:
    assert owner(metric) == of
