"""What a project has settled once for all its commands, and where each value comes from.

``factmill.toml``, or ``[tool.factmill]`` in ``pyproject.toml``, of the current folder or of the file that
``FACTMILL_CONFIG`` names; stronger than these is the environment (``FACTMILL_OUT``), and strongest what is typed.
Nothing heavy is imported here: every command begins with this.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pipeline.limits import LIMITS, Tolerance

__all__ = ["DEFAULT_SOURCE", "KEYS", "Config", "ConfigError", "Setting", "read_config"]

DEFAULT_SOURCE = "default"
_FILE, _PROJECT = "factmill.toml", "pyproject.toml"
_PREFIX = "FACTMILL_"


class ConfigError(ValueError):
    """A setting that is unknown or not valid; its message names the place, the value and what is valid."""


@dataclass(frozen=True, slots=True)
class Key:
    """A setting: what it may be, and what it is for."""

    read: Callable[[Any], Any]  # raises ValueError or TypeError for what is not valid
    valid: str
    default: Any
    about: str


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):  # of the environment
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise TypeError
    return list(value)


def _number(least: float, kind: type[int] | type[float]) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise TypeError
        number = kind(value)
        if number < least or (isinstance(value, float) and kind is int):
            raise ValueError
        return number

    return read


def _share(value: Any) -> str:
    written = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)
    return Tolerance(written).written


KEYS: Mapping[str, Key] = {
    "sources": Key(_texts, 'a list such as ["news", "dump.jsonl"]', None, "articles to read"),
    "out": Key(_text, "a folder", "extracted", "the folder of the tables"),
    "names": Key(_texts, 'a list such as ["names.toml"]', [], "files that say who is also called what"),
    "workers": Key(_number(1, int), "a whole number from 1", None, "processes; as many as there are cores"),
    "dask": Key(_text, "an address such as tcp://scheduler:8786", None, "a Dask cluster that reads the articles"),
    "wait": Key(_number(0, float), "seconds from 0", 0.0, "how long to wait for another run"),
    "max_refused": Key(_share, "a number such as 12 or a share such as 5%", None, "refused articles that are borne"),
    "webhook": Key(_text, "an address", None, "who is told of new conflicts"),
    "max_seconds": Key(_number(1, float), "seconds from 1", LIMITS.seconds, "what an article may take"),
    "max_memory": Key(_number(512, int), "megabytes from 512", LIMITS.megabytes, "what its process may use"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A value in force, and where it comes from."""

    value: Any
    source: str


Config = Mapping[str, Setting]


def read_config(folder: Path, environment: Mapping[str, str]) -> Config:
    """Every setting in force in a folder.

    Raises:
        ConfigError: a file is missing or no TOML, or a setting in it or in the environment is unknown or not valid.
    """
    found = {key: Setting(known.default, DEFAULT_SOURCE) for key, known in KEYS.items()}
    source, settings = _settings_of(folder, environment)
    found |= {key: _checked(key, value, source) for key, value in settings.items()}
    for key in KEYS:
        name = f"{_PREFIX}{key.upper()}"
        if environment.get(name):
            found[key] = _checked(key, environment[name], name)
    return found


def _settings_of(folder: Path, environment: Mapping[str, str]) -> tuple[str, Mapping[str, Any]]:
    """The file that holds settings, and these; a factmill.toml is stronger than a pyproject.toml beside it."""
    named = environment.get(f"{_PREFIX}CONFIG")
    if named:
        content = _parsed(Path(named))
        return named, content.get("tool", {}).get("factmill", {}) if Path(named).name == _PROJECT else content
    if (folder / _FILE).is_file():
        return _FILE, _parsed(folder / _FILE)
    if (folder / _PROJECT).is_file():
        return f"{_PROJECT} [tool.factmill]", _parsed(folder / _PROJECT).get("tool", {}).get("factmill", {})
    return _FILE, {}


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}; mend FACTMILL_CONFIG") from error
    except ValueError as error:
        raise ConfigError(f"{path} is no TOML: {error}") from error


def _checked(key: str, value: Any, source: str) -> Setting:
    known = KEYS.get(key)
    if known is None:
        near = get_close_matches(key, KEYS, 1)
        meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}"
        raise ConfigError(f"{source}: there is no setting {key!r}; {meant}")
    try:
        return Setting(known.read(value), source)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{source}: {key} is {value!r}; valid is {known.valid}") from error
