"""Whatever happens to a run, what is published stays readable and belongs together, and the next run makes it good."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from pipeline import published
from pipeline.ingest import run_direct
from pipeline.store import TABLES, open_tables, writing

from .conftest import write_news

ROOT = Path(__file__).parent.parent
FACTMILL = ("-c", "__import__('pipeline.cli').cli.main()")


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, **options
    )


def ingest(*arguments: str, **options: Any) -> tuple[int, str]:
    """Exit code and standard error of ``factmill ingest``."""
    with start(*FACTMILL, "ingest", *arguments, "--direct", "--quiet", **options) as process:
        return process.wait(), process.stderr.read() if process.stderr else ""


def write_articles(generation: int) -> None:
    """The folder ``news``: three articles that are always there, one that is always another, one that comes and goes."""
    write_news(Path("news"))
    Path("news/changing.txt").write_text(f"The Rho motor has a power of {generation} kW.\n")
    if generation % 2:
        Path("news/sometimes.txt").write_text("Delta Inc. sold 500 cars in 2024.\n")


def contents(out: Path) -> dict[str, bytes]:
    """Every byte that is published, links followed."""
    names = (*(f"{name}.parquet" for name in TABLES), "current/manifest.json")
    return {name: (out / name).read_bytes() for name in names}


def publication(out: Path) -> str | None:
    """The id of what is published, which belongs together and can be read with nothing but pandas."""
    version = published.current_version(out)
    if version is None:
        assert [name for name in TABLES if (out / f"{name}.parquet").exists()] == []
        return None
    manifest = published.read_manifest(version, out)
    frames = {name: pd.read_parquet(out / f"{name}.parquet") for name in TABLES}
    assert {name: len(frame) for name, frame in frames.items()} == manifest.rows
    intact = [name for name, known in manifest.tables.items() if published.is_intact(out / f"{name}.parquet", known)]
    assert intact == list(TABLES)
    assert set(frames["mentions"]["doc_id"]) <= set(frames["documents"]["doc_id"])
    return manifest.id


@pytest.fixture
def expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, bytes]]:
    """What an undisturbed run publishes of the folder ``news``."""
    monkeypatch.chdir(tmp_path)

    def undisturbed() -> dict[str, bytes]:
        shutil.rmtree("undisturbed", ignore_errors=True)
        assert ingest("news", "--out", "undisturbed", "--workers", "1") == (0, "")
        return contents(Path("undisturbed"))

    return undisturbed


def changes_of_a_run() -> int:
    """How many changes to the disk a run makes that has something new."""
    counts = []
    for generation in (0, 1):
        write_articles(generation)
        with start("-m", "tests.crashing", "0", "ingest", "news", "--out", "counted", "--direct", "-q") as process:
            counts.append(int(process.communicate()[1]))
    return counts[1]


def kill_by_count(random: Random, changes: int) -> None:
    last = str(random.randint(1, changes))
    with start("-m", "tests.crashing", last, "ingest", "news", "--out", "out", "--direct", "-q", cwd=None) as process:
        process.communicate()


def kill_by_time(random: Random, seconds: float) -> None:
    with start(*FACTMILL, "ingest", "news", "--out", "out", "--direct", "-q") as process:
        try:
            process.wait(random.uniform(0.0, seconds))
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("seed", "kills"), [pytest.param(1, 3, id="3"), pytest.param(2, 40, id="40", marks=pytest.mark.slow)]
)
def test_kill_9_loses_nothing(expected: Callable[[], dict[str, bytes]], seed: int, kills: int) -> None:
    random = Random(seed)
    changes = changes_of_a_run()
    began = time.perf_counter()
    write_articles(0)
    assert ingest("news", "--out", "out") == (0, "")
    seconds = time.perf_counter() - began
    seen = {publication(Path("out"))}
    for generation in range(1, kills + 1):
        write_articles(generation)
        if generation % 4:
            kill_by_count(random, changes)
        else:
            kill_by_time(random, seconds)
        seen.add(publication(Path("out")))
    assert None not in seen
    assert ingest("news", "--out", "out") == (0, "")
    assert contents(Path("out")) == expected()
    assert sorted(path.name for path in Path("out").rglob("*.tmp")) == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_kill_9_at_every_change_of_the_first_run(expected: Callable[[], dict[str, bytes]]) -> None:
    """From nothing, and from the plain files of a time without versions."""
    write_articles(0)
    undisturbed = expected()
    changes = changes_of_a_run()
    for last in range(1, changes + 1, 3):
        shutil.rmtree("out", ignore_errors=True)
        plain = bool(last % 2)
        if plain:
            Path("out").mkdir()
            for name in TABLES:
                Path(f"out/{name}.parquet").write_bytes(undisturbed[f"{name}.parquet"])
        with start("-m", "tests.crashing", str(last), "ingest", "news", "--out", "out", "--direct", "-q") as process:
            process.communicate()
        if plain:
            assert [len(pd.read_parquet(f"out/{name}.parquet")) > 0 for name in TABLES] == [True] * 5
        if not plain or published.current_version(Path("out")):
            publication(Path("out"))
    write_articles(0)
    assert ingest("news", "--out", "out") == (0, "")
    assert contents(Path("out")) == undisturbed


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, with room for two versions of the tables and not for three."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_loses_nothing(small_disk: Path, expected: Callable[[], dict[str, bytes]]) -> None:
    write_articles(0)
    out = str(small_disk / "out")
    assert ingest("news", "--out", out) == (0, "")
    before = contents(Path(out))
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(_room(small_disk) - 60_000))
    write_articles(1)
    code, err = ingest("news", "--out", out)
    assert code == 2
    assert err.startswith("factmill: stopped, the tables are as they were: [Errno 28] No space left on device")
    assert contents(Path(out)) == before
    assert publication(Path(out))
    ballast.unlink()
    assert ingest("news", "--out", out) == (0, "")
    assert contents(Path(out)) == expected()


def _room(folder: Path) -> int:
    status = os.statvfs(folder)
    return status.f_bavail * status.f_bsize


@pytest.mark.parametrize("most", [100, 2_000, 9_000])
def test_files_that_may_not_grow_lose_nothing(expected: Callable[[], dict[str, bytes]], most: int) -> None:
    """As with a quota: shards, or tables, or the largest of them, cannot be written."""
    write_articles(0)
    assert ingest("news", "--out", "out") == (0, "")
    before = contents(Path("out"))
    write_articles(1)
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))  # noqa: E731
    code, err = ingest("news", "--out", "out", preexec_fn=limit)
    assert (code, err.splitlines()) == (
        2,
        ["factmill: stopped, the tables are as they were: [Errno 27] File too large; run it again to go on"],
    )
    assert contents(Path("out")) == before
    assert ingest("news", "--out", "out") == (0, "")
    assert contents(Path("out")) == expected()


def test_a_folder_that_may_only_be_read_is_read(tmp_path: Path, expected: Callable[[], dict[str, bytes]]) -> None:
    write_articles(0)
    assert ingest("news", "--out", "out") == (0, "")
    before = contents(Path("out"))
    with read_only(tmp_path / "out"):
        code, err = ingest("news", "--out", "out")
        assert (code, err) == (
            2,
            "factmill: stopped, the tables are as they were: [Errno 30] Read-only file system: 'out/.lock'; "
            "run it again to go on\n",
        )
        assert contents(Path("out")) == before == expected()
        with start(*FACTMILL, "facts", "out", "--format", "csv") as process:
            out, err = process.communicate()
        assert (process.returncode, err) == (0, "")
        assert out.count("\n") > 3


class read_only:  # noqa: N801
    """A folder mounted a second time, so that not even root may write to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        bound = subprocess.run(["mount", "--bind", self.folder, self.folder], capture_output=True, check=False)
        if bound.returncode:
            pytest.skip(f"nothing can be mounted here: {bound.stderr.decode().strip()}")
        subprocess.run(["mount", "-o", "remount,bind,ro", self.folder], check=True)

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", self.folder], check=True)


@pytest.mark.usefixtures("simple_extractor")
def test_a_second_run_waits_for_the_first(news: Path) -> None:
    out = Path("out")
    held, free = threading.Event(), threading.Event()

    def first() -> None:
        with writing(out):
            held.set()
            free.wait(10)
            (news / "late.txt").write_text("Late has 1 km.\n")

    thread = threading.Thread(target=first)
    thread.start()
    held.wait(10)
    threading.Timer(0.5, free.set).start()
    summary = run_direct([str(news)], out, wait=10)
    thread.join()
    assert summary.read == 4  # it looked at the sources when its turn had come


def test_two_runs_at_once_make_the_same_tables(expected: Callable[[], dict[str, bytes]]) -> None:
    write_articles(1)
    command = (*FACTMILL, "ingest", "news", "--out", "out", "--direct", "--quiet", "--wait", "60")
    with start(*command) as one, start(*command) as other:
        assert (one.communicate()[1], other.communicate()[1]) == ("", "")
    assert (one.returncode, other.returncode) == (0, 0)
    assert contents(Path("out")) == expected()


@pytest.mark.usefixtures("simple_extractor")
def test_readers_see_one_publication_or_another_while_runs_publish(news: Path) -> None:
    """Every read belongs to one publication, by pandas table by table, and by ``open_tables`` all of them."""
    out, done = Path("out"), threading.Event()
    run_direct([str(news)], out)
    alone: list[set[str]] = []
    together: list[set[str]] = []
    failures: list[BaseException] = []

    def read() -> None:
        try:
            while not done.is_set():
                for name in ("facts", "mentions", "numbers", "documents", "conflicts"):
                    alone.append(generations(pd.read_parquet(out / f"{name}.parquet")))
                with open_tables(out) as tables:
                    several = [generations(pd.read_parquet(tables.path(name))) for name in ("facts", "mentions")]
                together.append(set().union(*several))
        except BaseException as error:
            failures.append(error)

    def generations(frame: pd.DataFrame) -> set[str]:
        return set(frame["subject"][frame["subject"].str.startswith("Gen")]) if "subject" in frame else set()

    thread = threading.Thread(target=read)
    thread.start()
    for generation in range(30):
        (news / "gen.txt").write_text(f"Gen{generation} has 7 km.\n")
        run_direct([str(news)], out)
    done.set()
    thread.join()
    assert failures == []
    assert max(len(one) for one in alone) == 1
    assert {len(one) for one in together} <= {0, 1}
    assert len(set().union(*together)) > 3


@pytest.mark.usefixtures("news")
def test_workers_end_with_a_run_that_is_killed() -> None:
    code = "from pipeline.ingest import run_direct; from pathlib import Path\n"
    code += "if __name__ == '__main__': run_direct(['news'], Path('out'), batch_size=1, workers=2)"
    Path("run.py").write_text(code)
    with start("run.py") as process:
        workers = _wait_for(lambda: _children(process.pid) if len(_children(process.pid)) >= 3 else None)
        process.kill()
    _wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers) or None)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _wait_for(condition: Callable[[], Any]) -> Any:
    for _ in range(600):
        if (value := condition()) is not None:
            return value
        time.sleep(0.05)
    raise TimeoutError
