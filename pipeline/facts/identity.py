"""What makes a fact that fact. Every rule stands here, and nowhere else; ``rounding`` applies those about rounding.

Two mentions are one fact where all of ``IDENTITY`` is equal: it is SQL over the columns of a mention. Numbers count by
9 significant digits, written out, so that neither a conversion's last bit nor the sign of zero parts what is the same.

Beyond that, a number stated roughly is the same fact as the one number about the same thing that it is a rounding of.
``ROUNDINGS`` says which numbers those are.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["IDENTITY", "MACROS", "ROUNDINGS", "TOPIC", "parts"]

# Facts are about the same thing where all of these are equal.
TOPIC: Mapping[str, str] = {
    "subject": "lower(subject)",
    "metric": "lower(metric)",
    "dimension": "dimension",
    "unit": "normal_unit",
    "period": "period",
    "status": "status",
    "change": "change",
}

IDENTITY: Mapping[str, str] = {
    **TOPIC,
    # Two unknowns may be two different things: what one article leaves open is never merged with another's.
    "unknown in": "CASE WHEN subject IS NULL OR metric IS NULL THEN doc_id END",
    "value": "canonical(normal_value)",
    "low": "canonical(normal_low)",
    "high": "canonical(normal_high)",
    "qualifier": "qualifier",
}

# Which numbers a statement may be a rounding of, as the ends of an interval around its number ``v``. ``last`` is one in
# the last digit it writes, ``round`` one in the last digit that is no trailing zero: 18.6 billion has a last of 0.1
# billion, 137,000 a last of 1 and a round of 1,000. Ranges and tolerances are a rounding of nothing.
ROUNDINGS: Mapping[str, tuple[str, str]] = {
    "exact": ("v - last / 2", "v + last / 2"),  # 18.6 billion of 18.57 billion; 275 kW of 374 PS
    "approx": ("v - least(round / 2, abs(v) / 20)", "v + least(round / 2, abs(v) / 20)"),  # about 137,000 of 136,854
    "more_than": ("v", "v + least(round, abs(v) / 20)"),  # over 240,000 of 240,000, and of 243,100
    "at_least": ("v", "v + least(round, abs(v) / 20)"),
    "less_than": ("v - least(round, abs(v) / 20)", "v"),  # nearly 30 of 29.6
    "at_most": ("v - least(round, abs(v) / 20)", "v"),
}

MACROS = (
    "CREATE OR REPLACE TEMP MACRO canonical(number) AS printf('%.8e', number + 0.0)",  # -0.0 + 0.0 is 0.0
    # Of two names in lower case: "acme bank" is of "acme", and so is "acme".
    "CREATE OR REPLACE TEMP MACRO is_of(name, whole) AS name = whole OR starts_with(name, whole || ' ')",
    # An id is a hash of what it stands for: the same from run to run and from machine to machine.
    "CREATE OR REPLACE TEMP MACRO id_of(prefix, parts) AS prefix || left(md5(parts), 16)",
    # The first number a quantity writes in digits: "$1,234.5 million" -> 1234.5
    r"CREATE OR REPLACE TEMP MACRO digits(written) AS replace(regexp_extract(written, '\d[\d,]*(\.\d+)?'), ',', '')",
    "CREATE OR REPLACE TEMP MACRO scale_of(number, digits) AS abs(number) / nullif(try_cast(digits AS DOUBLE), 0)",
    "CREATE OR REPLACE TEMP MACRO last_place(digits) AS pow(10, -length(split_part(digits, '.', 2)))",
    "CREATE OR REPLACE TEMP MACRO round_place(digits) AS CASE WHEN contains(digits, '.') THEN last_place(digits) "
    "ELSE pow(10, length(digits) - length(rtrim(digits, '0'))) END",
)


def parts(rules: Mapping[str, str]) -> str:
    """The rules as one SQL string: what ``id_of`` takes. The null of one part is not the empty text of another."""
    written = (f"coalesce({rule}, chr(0))" for rule in rules.values())
    return f"concat_ws(chr(31), {', '.join(written)})"
