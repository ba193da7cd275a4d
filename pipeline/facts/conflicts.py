"""Facts that cannot all be true. There are four kinds, of which the last is found in ``windows``:

different number        of one thing at one time, numbers that leave no room for one another
target against target   the same of targets; forecasts may differ, their makers are not bound by one another
different period        the same number of one thing, said by several articles of different times, if it is one that
                        does not recur by chance
different window        the same count, said by several articles to have been reached within different times

A number is read as the interval it allows, so "over 280 kW" and "288 kW" are no conflict, and neither are "about 300"
and "288", nor a range and a number within it. One article that gives two numbers far apart speaks of two things,
whatever it calls them: within an article only numbers close to one another are held against one another.
"""

from __future__ import annotations

import duckdb

from pipeline.facts.identity import IDENTITY, TOPIC, parts

__all__ = ["APPROXIMATION", "DIFFERENT_NUMBER", "DIFFERENT_PERIOD", "TARGETS", "find_conflicts"]

DIFFERENT_NUMBER = "different number"
TARGETS = "target against target"
DIFFERENT_PERIOD = "different period"

APPROXIMATION = 0.1  # "about 300" allows 270 to 330
CLOSE = 0.1  # how far apart two numbers of one article may be, as a share of the larger, and yet be of one thing
SURE = 0.3  # confidence of a fact below which it contradicts nothing: what it is about is a guess
_TELLING = 3  # significant digits by which a number is recognised

# What may change from day to day is comparable only where the time is told; the power of a motor always is.
_CHANGING = "('money', 'count', 'ratio', 'ratio_difference', 'multiple', 'number', 'time')"

# A level that something rose to is as good as one that it stands at: "has increased to 18.5%".
_REACHED = r"(?i)\b(to|at|reached|hit)\s+([a-z]+ )?([a-z]+ )?"
_LEVEL = f"regexp_matches(sources[1].sentence, '{_REACHED}' || regexp_escape(stated))"
_SAME_TOPIC = {**TOPIC, "change": f"CASE WHEN change <> 'none' AND {_LEVEL} THEN 'none' ELSE change END"}

# The ends belong to the interval: writers round, and "more than 300" of an exact 300 is no contradiction worth a look.
_INTERVALS = f"""
CREATE OR REPLACE TEMP TABLE intervals AS
SELECT
    fact_id,
    hash({parts(_SAME_TOPIC)}) AS topic,
    CASE status WHEN 'target' THEN '{TARGETS}' ELSE '{DIFFERENT_NUMBER}' END AS kind,
    coalesce(normal_low, normal_value) AS lowest,
    coalesce(normal_high, normal_value) AS highest,
    coalesce(last_place(digits(stated)) * scale_of(normal_value, digits(stated)), 0) / 2 AS half,
    CASE
        WHEN qualifier IN ('less_than', 'at_most') THEN '-infinity'::DOUBLE
        WHEN qualifier = 'approx' THEN lowest - {APPROXIMATION} * abs(lowest)
        WHEN qualifier = 'exact' THEN lowest - half
        ELSE lowest
    END AS allows_from,
    CASE
        WHEN qualifier IN ('more_than', 'at_least') THEN 'infinity'::DOUBLE
        WHEN qualifier = 'approx' THEN highest + {APPROXIMATION} * abs(highest)
        WHEN qualifier = 'exact' THEN highest + half
        ELSE highest
    END AS allows_to
FROM merged
WHERE subject IS NOT NULL AND metric IS NOT NULL AND status <> 'forecast' AND confidence >= {SURE}
    AND (period IS NOT NULL OR split_part(dimension, '/', 1) NOT IN {_CHANGING})
"""

# First the few topics in which anything is disputed, then what in them is.
_DISPUTED = f"""
CREATE OR REPLACE TEMP TABLE disputed AS
WITH topics AS (
    SELECT topic FROM intervals GROUP BY topic HAVING max(allows_from) > min(allows_to)
),
apart AS (
    SELECT
        intervals.*,
        {parts(_SAME_TOPIC)} AS about_same,
        list_transform(sources, lambda source: source.doc_id) AS articles
    FROM intervals SEMI JOIN topics USING (topic) JOIN merged USING (fact_id)
),
pairs AS (
    SELECT one.fact_id AS one_id, other.fact_id AS other_id, one.kind, one.about_same AS topic
    FROM apart AS one JOIN apart AS other ON one.topic = other.topic AND one.allows_to < other.allows_from
    WHERE NOT list_has_any(one.articles, other.articles)
        OR other.lowest - one.highest <= {CLOSE} * greatest(abs(other.lowest), abs(one.highest))
)
SELECT DISTINCT
    fact_id,
    id_of('c', concat_ws(chr(31), kind, topic)) AS conflict_id,
    kind,
    NULL::VARCHAR AS about
FROM (SELECT one_id AS fact_id, topic, kind FROM pairs UNION ALL SELECT other_id, topic, kind FROM pairs)
"""

_SAID = {
    **{name: _SAME_TOPIC[name] for name in ("metric", "dimension", "unit", "change")},
    "value": IDENTITY["value"],
}

# The same number of other times, of somebody or a part of them ("Acme", "Acme Bank"): not of what stays as it is, and
# not where the times could both be meant. A number of many digits does not recur by chance, and makes up for some doubt
# about what it is of. One of few digits counts where it is disputed for one of the times.
_PERIODS = f"""
CREATE OR REPLACE TEMP TABLE periods AS
WITH numbers AS (
    SELECT *, length(ltrim(replace(rtrim(digits(stated), '0'), '.', ''), '0')) >= {_TELLING} AS telling
    FROM merged
    WHERE subject IS NOT NULL AND metric IS NOT NULL AND period IS NOT NULL AND status = 'reported'
        AND qualifier = 'exact' AND dimension IN ('money', 'count', 'ratio')
        AND confidence >= CASE WHEN telling THEN {SURE} / 2 ELSE {SURE} END
),
recognised AS (
    SELECT
        * REPLACE (lower(subject) AS subject),
        {parts(_SAID)} AS said,
        list_transform(sources, lambda source: source.doc_id) AS articles,
        fact_id IN (SELECT fact_id FROM disputed) AS in_dispute
    FROM numbers
    WHERE telling OR normal_value IN (SELECT normal_value FROM merged SEMI JOIN disputed USING (fact_id))
),
pairs AS (
    SELECT one.fact_id AS one_id, other.fact_id AS other_id, least(one.subject, other.subject) AS whose, one.said
    FROM recognised AS one JOIN recognised AS other ON one.said = other.said AND one.period_end < other.period_start
    WHERE abs((one.period_end - one.period_start) - (other.period_end - other.period_start)) <= 3
        AND (is_of(one.subject, other.subject) OR is_of(other.subject, one.subject))
        AND (one.telling OR one.in_dispute OR other.in_dispute)
        AND NOT list_has_any(one.articles, other.articles)
),
together AS (
    SELECT one_id, other_id, said, min(upper.whose) AS whose
    FROM pairs JOIN (SELECT DISTINCT said, whose FROM pairs) AS upper USING (said)
    WHERE is_of(pairs.whose, upper.whose)
    GROUP BY one_id, other_id, said
)
SELECT DISTINCT
    fact_id,
    id_of('c', concat_ws(chr(31), '{DIFFERENT_PERIOD}', whose, said)) AS conflict_id,
    '{DIFFERENT_PERIOD}' AS kind,
    NULL::VARCHAR AS about
FROM (SELECT one_id AS fact_id, whose, said FROM together UNION ALL SELECT other_id, whose, said FROM together)
"""


def find_conflicts(database: duckdb.DuckDBPyConnection) -> None:
    """Compare the rows of ``merged``: makes ``disputed`` and ``periods`` (fact_id, conflict_id, kind, about)."""
    for statement in (_INTERVALS, _DISPUTED, _PERIODS):
        database.execute(statement)
