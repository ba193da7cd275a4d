from __future__ import annotations

import pytest

from pipeline import units, vocabulary
from pipeline.language.tokens import tokenize
from pipeline.language.written_units import currency_after, currency_before, unit_at

DIMENSIONS = {name: section for name, section in vocabulary.load("units").items() if "normal" in section}


@pytest.mark.parametrize(
    ("unit", "dimension", "number", "normal", "normal_unit"),
    [
        ("metric_horsepower", "power", 374, 275.0765325, "kW"),
        ("horsepower", "power", 1, 0.745699871582, "kW"),
        ("foot_pound", "torque", 100, 135.581794833, "N*m"),
        ("mile/hour", "speed", 125, 201.168, "km/h"),
        ("degF", "temperature", 212, 100, "degC"),
        ("inch", "length", 16.1, 0.40894, "m"),
        ("basis_point", "ratio_difference", 25, 0.25, "pp"),
        ("oil_barrel", "volume", 1, 158.987294928, "L"),
        ("unit/month", "count/time", 25000, 300000, "unit/year"),
        ("USD/year", "money/time", 5, 5, "USD/year"),
        ("CNY/vehicle", "money/count", 6000, 6000, "CNY/vehicle"),
        ("kW/kg", "specific_power", 10.14, 10.14, "kW/kg"),
        ("EUR/m**2/month", "money/area/time", 10, 120, "EUR/m**2/year"),
        ("1/1000000 hour", "number/time", 2, 2 * 8766 / 1e6, "1/year"),
        ("failure/1000 hour", "count/time", 1, 8.766, "failure/year"),
        ("kg/100 km", "mass/length", 5, 5e-5, "kg/m"),
        ("CNY", "money", 18.6e9, 18.6e9, "CNY"),
        ("patent", "count", 680, 680, "patent"),
        ("1", "number", 7, 7, "1"),
        ("x", "multiple", 27, 27, "x"),
        ("%", "ratio", 50, 50, "%"),
    ],
)
def test_dimension_and_normal_unit(unit: str, dimension: str, number: float, normal: float, normal_unit: str) -> None:
    resolved = units.resolve(unit)
    assert (resolved.dimension, resolved.normal) == (dimension, normal_unit)
    assert resolved.normalise(number) == pytest.approx(normal, rel=1e-9)


def test_nothing_is_converted_by_accident() -> None:
    for one, other in [("CNY", "USD"), ("%", "pp"), ("%", "x"), ("vehicle", "unit"), ("N*m", "J"), ("rpm", "Hz")]:
        assert (units.resolve(one).dimension, units.resolve(one).normal) != (
            units.resolve(other).dimension,
            units.resolve(other).normal,
        )


@pytest.mark.parametrize(
    ("dimension", "unit"),
    [(name, unit) for name, section in DIMENSIONS.items() for unit in section if unit != "normal"],
)
def test_every_unit_of_the_vocabulary_has_a_place_in_its_dimension(dimension: str, unit: str) -> None:
    resolved = units.resolve(unit)
    assert resolved.dimension == dimension
    assert resolved.normal == DIMENSIONS[dimension]["normal"]
    assert resolved.factor > 0


@pytest.mark.parametrize(
    ("unit", "form"),
    [
        (unit, form)
        for section in DIMENSIONS.values()
        for unit, forms in section.items()
        if unit != "normal"
        for form in forms
    ],
)
def test_every_written_form_is_read_as_its_unit(unit: str, form: str) -> None:
    form = form.removeprefix("=")
    glued = not form[0].isalpha() or form in ("in", "st")
    text = f"12{form}" if glued else f"12 {form}"
    tokens = tokenize(text)
    found = unit_at(tokens, 1, len(tokens))
    assert found is not None
    assert (found.name, found.end) == (unit, len(tokens))


def test_no_written_form_stands_under_two_units() -> None:
    seen: dict[str, str] = {}
    for section in DIMENSIONS.values():
        for unit, forms in section.items():
            if unit != "normal":
                for form in forms:
                    assert seen.setdefault(form, unit) == unit, f"{form!r} stands under {seen[form]} and {unit}"


@pytest.mark.parametrize(
    ("code", "form"),
    [(code, form) for code, forms in vocabulary.load("currencies")["currencies"].items() for form in forms],
)
def test_every_written_form_of_a_currency_is_read(code: str, form: str) -> None:
    tokens = tokenize(f"12{form}" if len(form) == 1 else f"12 {form}")
    after = currency_after(tokens, 1, len(tokens))
    assert after is not None
    assert after.name == code
    if form.upper() == form and not form.isalpha():
        tokens = tokenize(f"{form}12")
        assert currency_before(tokens, len(tokens) - 1, 0) == (0, code)


def test_a_broken_vocabulary_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "files", lambda _: _Folder())
    with pytest.raises(vocabulary.VocabularyError, match=r"^pipeline/vocabulary/broken.toml: .*its head explains"):
        vocabulary.load.__wrapped__("broken")


class _Folder:
    def joinpath(self, _: str) -> _Folder:
        return self

    def read_text(self, encoding: str) -> str:  # noqa: ARG002
        return "kW = ["
