"""Telling others of new conflicts."""

from __future__ import annotations

from pipeline.ingest.records import Changes
from pipeline.logs import log
from pipeline.storage import Place

__all__ = ["announce", "news_of"]

_SECONDS = 10.0  # to wait for whoever is told


def news_of(out: Place, changes: Changes | None) -> dict[str, object]:
    """What there is to tell of a publication into ``out``; nothing where no conflict is new."""
    if changes is None or not changes.new_conflicts:
        return {}
    return {"event": "factmill.conflicts.new", "out": str(out), "new_conflicts": list(changes.new_conflicts)}


def announce(webhook: str | None, out: Place, changes: Changes | None) -> None:
    """Tell whoever listens at the address ``webhook`` of new conflicts, by a POST of JSON.

    That nobody listens is a warning and fails no run.
    """
    told = news_of(out, changes)
    if webhook is None or not told:
        return
    import httpx  # here, because few runs need it

    try:
        httpx.post(webhook, json=told, timeout=_SECONDS).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        fields = {"event": "webhook failed", "out": str(out), "reason": _reason(error)}
        log.warning("the webhook was not told of new conflicts in %s: %s", out, fields["reason"], extra=fields)


def _reason(error: Exception) -> str:
    """Why nobody was told, without the address: whoever knows that may often write there."""
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return f"it answered {error.response.status_code} {error.response.reason_phrase}"
    if isinstance(error, httpx.TimeoutException):
        return f"it did not answer within {_SECONDS:g} s"
    return f"{type(error).__name__}, is the address right?"
