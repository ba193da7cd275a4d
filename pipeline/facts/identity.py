"""What makes a fact that fact. Every rule stands here, and nowhere else.

Two mentions are one fact where all of these are equal. Each is SQL over the columns of a mention. Numbers count by 9
significant digits, written out, so that neither a conversion's last bit nor the sign of zero parts what is the same.
"""

from __future__ import annotations

from collections.abc import Mapping

IDENTITY: Mapping[str, str] = {
    "subject": "lower(subject)",
    "metric": "lower(metric)",
    # Two unknowns may be two different things: what one article leaves open is never merged with another's.
    "unknown in": "CASE WHEN subject IS NULL OR metric IS NULL THEN doc_id END",
    "dimension": "dimension",
    "unit": "normal_unit",
    "value": "canonical(normal_value)",
    "low": "canonical(normal_low)",
    "high": "canonical(normal_high)",
    "qualifier": "qualifier",
    "change": "change",
    "status": "status",
    "period": "period",
}

CANONICAL = "CREATE OR REPLACE TEMP MACRO canonical(number) AS printf('%.8e', number + 0.0)"  # -0.0 + 0.0 is 0.0


def parts(rules: Mapping[str, str]) -> str:
    """The rules as one SQL list, what ``stable_id`` takes."""
    return f"[{', '.join(rules.values())}]"
