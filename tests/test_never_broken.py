"""Whatever happens to a run, what is published stays readable and belongs together, and the next run makes it good."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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
    """The folder ``news``: three articles that are always there, one always another, one that comes and goes."""
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


@dataclass(frozen=True)
class Undisturbed:
    """What undisturbed runs publish of the first two generations, and the folder of the first of them."""

    out: Path
    first: Mapping[str, bytes]
    second: Mapping[str, bytes]
    changes: int  # that the run of the first makes to the disk
    seconds: float  # that it takes


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("undisturbed"))
        write_articles(0)
        began = time.perf_counter()
        changes = int(ingest_until(0, "first"))
        seconds = time.perf_counter() - began
        first = contents(Path("first"))
        write_articles(1)
        assert ingest("news", "--out", "second") == (0, "")
        return Undisturbed(Path("first").resolve(), first, contents(Path("second")), changes, seconds)


@pytest.fixture
def out(undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ``out`` of the current folder, with the first generation published; the second is to be read."""
    monkeypatch.chdir(tmp_path)
    write_articles(1)
    return Path(shutil.copytree(undisturbed.out, "out", symlinks=True))


def ingest_until(last: int, out: str) -> str:
    """Ingest until the last-th change to the disk, or to the end if that is 0 or never reached."""
    arguments = ("ingest", "news", "--out", out, "--direct", "--quiet", "--workers", "1")
    with start("-m", "tests.crashing", str(last), *arguments) as process:
        return process.communicate()[1]


def ingest_for(seconds: float) -> None:
    with start(*FACTMILL, "ingest", "news", "--out", "out", "--direct", "--quiet") as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("seed", "kills"), [pytest.param(1, 3, id="3"), pytest.param(2, 40, id="40", marks=pytest.mark.slow)]
)
def test_kill_9_loses_nothing(out: Path, undisturbed: Undisturbed, seed: int, kills: int) -> None:
    random = Random(seed)
    seen = [publication(out)]
    for generation in (*range(2, kills + 1), 1):
        write_articles(generation)
        if generation % 4:
            ingest_until(random.randint(1, undisturbed.changes), "out")
        else:
            ingest_for(random.uniform(0, undisturbed.seconds))
        seen.append(publication(out))
    assert None not in seen
    assert ingest("news", "--out", "out") == (0, "")
    assert contents(out) == undisturbed.second
    assert list(out.rglob("*.tmp")) == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("plain", [False, True], ids=["from nothing", "from tables without versions"])
def test_kill_9_at_every_change_of_a_run(
    undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    write_articles(1)
    out = Path("out")
    for last in range(1, undisturbed.changes + 1):
        shutil.rmtree(out, ignore_errors=True)
        if plain:
            out.mkdir()
            for name in TABLES:
                (out / f"{name}.parquet").write_bytes(undisturbed.first[f"{name}.parquet"])
        ingest_until(last, "out")
        if plain:
            assert tables_of(out) in (tables_of_bytes(undisturbed.first), tables_of_bytes(undisturbed.second))
        else:
            publication(out)
    assert ingest("news", "--out", "out") == (0, "")
    assert contents(out) == undisturbed.second


def tables_of(out: Path) -> dict[str, bytes]:
    return {name: (out / f"{name}.parquet").read_bytes() for name in TABLES}


def tables_of_bytes(published_bytes: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: published_bytes[f"{name}.parquet"] for name in TABLES}


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


def test_a_full_disk_loses_nothing(small_disk: Path, out: Path, undisturbed: Undisturbed) -> None:
    full = Path(shutil.copytree(out, small_disk / "out", symlinks=True))
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(_room(small_disk) - 30_000))
    code, err = ingest("news", "--out", str(full))
    assert code == 2
    assert err.startswith("factmill: stopped, the tables are as they were: ")
    assert "No space left on device" in err
    assert (contents(full), len(err.splitlines())) == (undisturbed.first, 1)
    assert publication(full)
    ballast.unlink()
    assert ingest("news", "--out", str(full)) == (0, "")
    assert contents(full) == undisturbed.second


def _room(folder: Path) -> int:
    status = os.statvfs(folder)
    return status.f_bavail * status.f_bsize


@pytest.mark.parametrize(
    "most",
    [pytest.param(100, marks=pytest.mark.slow), pytest.param(2_000, marks=pytest.mark.slow), 12_000],
    ids=["no shard", "no table", "not the largest table"],
)
def test_files_that_may_not_grow_lose_nothing(out: Path, undisturbed: Undisturbed, most: int) -> None:
    """As with a quota."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    assert ingest("news", "--out", "out", preexec_fn=limit) == (
        2,
        "factmill: stopped, the tables are as they were: [Errno 27] File too large; "
        "make room and run it again to go on\n",
    )
    assert contents(out) == undisturbed.first
    assert ingest("news", "--out", "out") == (0, "")
    assert contents(out) == undisturbed.second


def test_a_folder_that_may_only_be_read_is_read(out: Path, undisturbed: Undisturbed) -> None:
    with read_only(out):
        assert ingest("news", "--out", "out") == (
            2,
            "factmill: stopped, the tables are as they were: [Errno 30] Read-only file system: 'out/.lock'; "
            "choose a folder that you may write to with --out\n",
        )
        assert contents(out) == undisturbed.first
        with start(*FACTMILL, "facts", "out", "--format", "csv") as process:
            printed, err = process.communicate()
    assert (process.returncode, err, printed[:8]) == (0, "", "fact_id,")
    assert printed.count("\n") > 3


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder mounted over itself, so that not even root may write to it."""
    bound = subprocess.run(["mount", "--bind", folder, folder], capture_output=True, check=False)
    if bound.returncode:
        pytest.skip(f"nothing can be mounted here: {bound.stderr.decode().strip()}")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


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


def test_two_runs_at_once_make_the_same_tables(out: Path, undisturbed: Undisturbed) -> None:
    command = (*FACTMILL, "ingest", "news", "--out", "out", "--direct", "--quiet", "--wait", "60")
    with start(*command) as one, start(*command) as other:
        assert (one.communicate()[1], other.communicate()[1]) == ("", "")
    assert (one.returncode, other.returncode) == (0, 0)
    assert contents(out) == undisturbed.second


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
                    alone.append(generations(read_again(out / f"{name}.parquet")))
                with open_tables(out) as tables:
                    several = [generations(pd.read_parquet(tables.path(name))) for name in ("facts", "mentions")]
                together.append(set().union(*several))
        except BaseException as error:
            failures.append(error)

    def read_again(path: Path) -> pd.DataFrame:
        """pandas opens a file twice, for its footer and for its pages; the link may have moved in between."""
        try:
            return pd.read_parquet(path)
        except OSError:
            return pd.read_parquet(path)

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
        workers = _wait_for(lambda: _children(process.pid) if len(_children(process.pid)) >= 2 else None)
        process.kill()
    _wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers) or None)


def _children(pid: int) -> list[int]:
    return [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]


def _wait_for(condition: Callable[[], Any]) -> Any:
    for _ in range(600):
        if (value := condition()) is not None:
            return value
        time.sleep(0.05)
    raise TimeoutError
