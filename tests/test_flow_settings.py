"""What Prefect is told before it is imported."""

from __future__ import annotations

import importlib
import os

import pytest

import flows

SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}


@pytest.mark.parametrize(("name", "value"), SETTINGS.items())
def test_prefect_is_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.delenv(name, raising=False)
    importlib.reload(flows)

    assert os.environ[name] == value


@pytest.mark.parametrize("name", SETTINGS)
def test_what_the_user_says_counts(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "as I say")
    importlib.reload(flows)

    assert os.environ[name] == "as I say"
