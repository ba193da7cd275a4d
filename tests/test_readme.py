"""The README says only what is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_links_lead_somewhere(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make (\w[\w-]*)", README, re.MULTILINE))))
def test_make_targets_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    "name",
    sorted(set(re.findall(r"`([\w-]+\.(?:toml|txt))`", README)) - {"names.toml", "factmill.toml", "pyproject.toml"}),
)
def test_vocabulary_files_exist(name: str) -> None:
    assert (ROOT / "pipeline" / "vocabulary" / name).exists()


@pytest.mark.parametrize("command", ["ingest", "extract", "facts", "conflicts"])
def test_every_command_of_the_readme_has_help_with_an_example(command: str) -> None:
    assert re.search(rf"factmill {command}\b", README)
    shown = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli import main; main()", command, "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"factmill {command}" in shown


def test_a_unit_is_added_with_one_line(tmp_path: Path) -> None:
    """The README's furlong, in a copy of the package."""
    copy = tmp_path / "pipeline"
    subprocess.run(["cp", "-r", str(ROOT / "pipeline"), str(copy)], check=True)
    units = copy / "vocabulary" / "units.toml"
    added = units.read_text(encoding="utf-8").replace(
        '[length]\nnormal = "m"\n', '[length]\nnormal = "m"\n"furlong" = ["furlong"]\n'
    )
    units.write_text(added, encoding="utf-8")
    code = (
        "from pipeline.mentions import extract; from pipeline.articles import Article; "
        "m = extract(Article(doc_id='a', text='The race is run over eight furlongs.', source='a')).mentions[0]; "
        "print(m.value, m.unit, m.dimension, round(m.normal_value))"
    )
    environment = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "PATH": "/usr/bin", "HOME": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env=environment
    ).stdout
    assert told.split() == ["8.0", "furlong", "length", "1609"]
