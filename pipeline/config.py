"""What a project has settled once for all its commands, and where each value comes from.

``factmill.toml``, or ``[tool.factmill]`` in ``pyproject.toml``, of the current folder or of what is named instead (a
file, or a folder that holds one); stronger than these is the environment (``FACTMILL_OUT``), and strongest what is
typed. Paths in a file are those of the current folder. Nothing heavy is imported here: every command begins with this.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf
from pathlib import Path
from typing import Any

from pipeline.limits import LIMITS, Tolerance

__all__ = ["DEFAULT_SOURCE", "KEYS", "Config", "ConfigError", "Setting", "read_config"]

DEFAULT_SOURCE = "default"
_FILE, _PROJECT = "factmill.toml", "pyproject.toml"
_PREFIX, _NAMED = "FACTMILL_", "FACTMILL_CONFIG"


class ConfigError(ValueError):
    """A setting that is unknown or not valid; its message names the place, the value and what is valid."""


@dataclass(frozen=True, slots=True)
class Key:
    """A setting: what it may be in a file, how the environment writes that, and what it is for."""

    check: Callable[[Any], Any]  # raises ValueError or TypeError for what is not valid
    parse: Callable[[str], Any]  # raises ValueError for what cannot be read
    valid: str
    default: Any
    about: str


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise TypeError
    return [_text(one) for one in value]


def _split(written: str) -> list[str]:
    return [part.strip() for part in written.split(",")]


def _whole(least: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError
        return value

    return check


def _seconds(least: float) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not least <= value < inf:
            raise ValueError
        return float(value)

    return check


def _log_format(value: Any) -> str:
    if value not in ("text", "json"):
        raise ValueError
    return str(value)


def _tolerance(value: Any) -> str:
    number = isinstance(value, int) and not isinstance(value, bool)
    return Tolerance(str(value) if number else _text(value)).written


_TOLERANCE = "a number such as 12 or a share such as 5%"
_ADDRESS = "an address such as tcp://scheduler:8786"
KEYS: Mapping[str, Key] = {
    "sources": Key(_texts, _split, 'a list such as ["news", "dump.jsonl"]', None, "articles to read"),
    "out": Key(_text, str, "a folder", "extracted", "the folder of the tables"),
    "names": Key(_texts, _split, 'a list such as ["names.toml"]', [], "files that say who is also called what"),
    "workers": Key(_whole(1), int, "a whole number from 1", None, "processes; as many as there are cores"),
    "dask": Key(_text, str, _ADDRESS, None, "a Dask cluster that reads the articles"),
    "wait": Key(_seconds(0), float, "seconds from 0", 0.0, "how long to wait for another run"),
    "max_refused": Key(_tolerance, str, _TOLERANCE, None, "refused articles that are borne"),
    "webhook": Key(_text, str, "an address", None, "who is told of new conflicts"),
    "max_seconds": Key(_seconds(1), float, "seconds from 1", LIMITS.seconds, "what an article may take"),
    "max_memory": Key(_whole(512), int, "whole megabytes from 512", LIMITS.megabytes, "what its process may use"),
    "log_format": Key(_log_format, str, "text or json", "text", "how ingest writes its log"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A value in force, and where it comes from."""

    value: Any
    source: str


Config = Mapping[str, Setting]


def read_config(folder: Path, environment: Mapping[str, str], named: Path | None = None) -> Config:
    """Every setting in force in a folder; ``named`` is a file of settings, or a folder of one, to take instead.

    Raises:
        ConfigError: a file is missing or no TOML, or a setting in it or in the environment is unknown or not valid.
    """
    found = {key: Setting(known.default, DEFAULT_SOURCE) for key, known in KEYS.items()}
    if named is None and environment.get(_NAMED):
        named = Path(environment[_NAMED])
    source, settings = _settings_of(folder, named)
    found |= {key: _checked(key, value, source) for key, value in settings.items()}
    written = {key: environment.get(f"{_PREFIX}{key.upper()}") for key in KEYS}
    return found | {key: _of_environment(key, text) for key, text in written.items() if text}


def _settings_of(folder: Path, named: Path | None) -> tuple[str, Mapping[str, Any]]:
    """The file that holds settings, and these; a factmill.toml is stronger than a pyproject.toml beside it."""
    if named is not None and not named.is_dir():
        return _settings_in(named, str(named))
    for name in (_FILE, _PROJECT):
        path = (folder if named is None else named) / name
        if path.is_file():
            return _settings_in(path, name if named is None else str(path))
    if named is not None:
        raise ConfigError(f"{named} holds neither {_FILE} nor {_PROJECT}; name another with --config or {_NAMED}")
    return _FILE, {}


def _settings_in(path: Path, place: str) -> tuple[str, Mapping[str, Any]]:
    content = _parsed(path, place)
    if path.name != _PROJECT:
        return place, content
    tools = content.get("tool", {})
    settings = tools.get("factmill", {}) if isinstance(tools, dict) else {}
    if not isinstance(settings, dict):
        raise ConfigError(f"{place}: tool.factmill is {settings!r}; valid is a table, [tool.factmill]")
    return f"{place} [tool.factmill]", settings


def _parsed(path: Path, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"{place} cannot be read: {error.strerror}"
        raise ConfigError(f"{problem}; name another with --config or {_NAMED}") from error
    except ValueError as error:
        raise ConfigError(f"{place} is no TOML: {error}") from error


def _of_environment(key: str, text: str) -> Setting:
    name = f"{_PREFIX}{key.upper()}"
    try:
        value = KEYS[key].parse(text)
    except ValueError:
        value = text  # which is not valid either
    return _checked(key, value, name)


def _checked(key: str, value: Any, source: str) -> Setting:
    known = KEYS.get(key)
    if known is None:
        near = get_close_matches(key, KEYS, 1)
        meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}"
        raise ConfigError(f"{source}: there is no setting {key!r}; {meant}")
    try:
        return Setting(known.check(value), source)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{source}: {key} is {value!r}; valid is {known.valid}") from error
