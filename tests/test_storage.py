"""Places by their names, and objects listed, read and written, also where the store fails for a while."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from pipeline.storage import Location, LocationError, UnreachableError, errors, masked, objects, obstored, place_of
from pipeline.storage.obstored import ChangedError
from pipeline.storage.providers import azure

from .conftest import KEY_ID, SECRET
from .remote import BUCKET
from .s3 import Fault, Server

THERE = Location("s3", "news-bucket", "folder/one.txt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("news/one.md", Path("news/one.md")),
        ("s3://bucket/a/b.md", Location("s3", "bucket", "a/b.md")),
        ("S3://bucket/a/", Location("s3", "bucket", "a")),
        ("s3://bucket", Location("s3", "bucket", "")),
        ("gs://bucket/a b?.md", Location("gs", "bucket", "a b?.md")),
        (
            "abfss://box@account.dfs.core.windows.net/a",
            Location("abfss", "box@account.dfs.core.windows.net", "a"),
        ),
    ],
)
def test_places(text: str, expected: object) -> None:
    assert place_of(text) == expected


@pytest.mark.parametrize("text", ["s3://bucket/a/b.md", "gs://bucket", "abfss://box@account.dfs.core.windows.net/a"])
def test_a_place_is_written_as_it_is_read(text: str) -> None:
    assert str(place_of(text)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "ftp://host/a",
            "'ftp://host/a' is of a kind that is not read; valid are paths and s3://, gs://, abfss://",
        ),
        ("s3:///a", "'s3:///a' names no bucket; write s3://BUCKET/KEY"),
        (
            "abfss://box/a",
            "'abfss://box/a' names no bucket; write abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/KEY",
        ),
        (
            f"s3://{KEY_ID}:{SECRET}@bucket/a",
            "'s3://***@bucket/a' holds credentials, which lists of processes and logs would show; leave them out and "
            "set them where the cloud's own tools look, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        ),
    ],
)
def test_places_that_cannot_be(text: str, message: str) -> None:
    with pytest.raises(LocationError) as raised:
        place_of(text)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see ftp://me:pass@host/a", "see ftp://***@host/a"),
        ("s3://key@bucket/a", "s3://***@bucket/a"),
        ("abfss://box@account.dfs.core.windows.net/a", "abfss://box@account.dfs.core.windows.net/a"),
        ("s3://bucket/a@b:c@d", "s3://bucket/a@b:c@d"),
    ],
)
def test_masking(text: str, expected: str) -> None:
    assert masked(text) == expected


# --- objects


@pytest.mark.usefixtures("s3")
def test_objects_are_put_listed_read_and_removed(tmp_path: Path) -> None:
    objects.put_bytes(b"one", THERE)
    (tmp_path / "two").write_bytes(b"two" * 3_000_000)
    objects.put_file(tmp_path / "two", THERE.parent / "sub" / "two.txt")
    found = objects.listed(THERE.parent)
    assert [(str(one.location), one.size) for one in found] == [
        ("s3://news-bucket/folder/one.txt", 3),
        ("s3://news-bucket/folder/sub/two.txt", 9_000_000),
    ]
    objects.fetch(found[1].location, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == (tmp_path / "two").read_bytes()
    objects.remove(THERE)
    objects.remove(THERE)
    assert objects.find(THERE) is None
    assert objects.listed(Location("s3", "news-bucket", "nowhere")) == []


@pytest.mark.parametrize("kind", ["slow down", "error", "reset", "cut", "delay"])
def test_what_passes_is_tried_again(s3: Server, kind: str) -> None:
    objects.put_bytes(b"0123456789" * 100, THERE)
    s3.faults.append(Fault(kind, "GET", "one.txt", 2, seconds=0.1))
    assert objects.read_bytes(THERE) == b"0123456789" * 100
    assert len(s3.made("GET")) == (1 if kind == "delay" else 3)


def test_who_does_not_answer_in_time_is_asked_again(s3: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "REQUEST_SECONDS", 1)
    monkeypatch.setattr(objects, "_system", objects._system.__wrapped__)  # none from before
    objects.put_bytes(b"one", THERE)
    s3.faults.append(Fault("delay", "GET", "one.txt", 1, seconds=5))
    assert objects.read_bytes(THERE) == b"one"
    assert len(s3.made("GET")) == 2


@pytest.mark.parametrize("kind", ["slow down", "error", "reset", "lost answer"])
def test_writing_is_tried_again(s3: Server, kind: str, tmp_path: Path) -> None:
    s3.faults.append(Fault(kind, "PUT", "one.txt", 2))
    (tmp_path / "file").write_bytes(b"whole")
    objects.put_file(tmp_path / "file", THERE)
    assert objects.read_bytes(THERE) == b"whole"


def test_what_does_not_pass_is_an_error_that_names_the_place(
    s3: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("pipeline.storage.errors.ATTEMPTS", 2)
    objects.put_bytes(b"one", THERE)
    s3.faults.append(Fault("slow down", "HEAD", "one.txt", 99))
    with caplog.at_level(logging.DEBUG), pytest.raises(UnreachableError) as raised:
        objects.read_bytes(THERE)
    assert str(raised.value) == "[Errno 5] the object store fails (503): 's3://news-bucket/folder/one.txt'"
    _no_secrets(str(raised.value), caplog.text)


@pytest.mark.parametrize(("bucket", "kind"), [("news-bucket", "forbidden"), ("no-such-bucket", "absent")])
def test_what_will_not_pass_is_not_tried_again(s3: Server, bucket: str, kind: str) -> None:
    if kind == "forbidden":
        objects.put_bytes(b"one", THERE)
        s3.faults.append(Fault("forbidden", "HEAD", "one.txt", 99))
    s3.requests.clear()
    with pytest.raises(PermissionError if kind == "forbidden" else FileNotFoundError) as raised:
        objects.read_bytes(Location("s3", bucket, "folder/one.txt"))
    assert raised.value.filename == f"s3://{bucket}/folder/one.txt"
    assert len(s3.requests) == 1
    _no_secrets(str(raised.value))


def test_many_objects_are_removed_with_few_requests(s3: Server) -> None:
    there = [BUCKET / f"shards/{number}.json" for number in range(1_200)]
    objects.all_at_once(lambda one: objects.put_bytes(b"{}", one), there[:-1])
    s3.requests.clear()
    s3.faults[:] = [Fault("slow down", "POST")]
    obstored.remove_all([*there, THERE])
    assert objects.listed(BUCKET / "shards") == []
    assert len(s3.made("POST")) <= 4


# --- the conditional put


POINTER = Location("s3", "news-bucket", "current.json")


@pytest.mark.usefixtures("s3")
def test_of_two_that_write_at_once_one_is_told() -> None:
    assert obstored.look(POINTER) is None
    obstored.put(POINTER, b"first", None)
    with pytest.raises(ChangedError):
        obstored.put(POINTER, b"another first", None)
    seen = obstored.look(POINTER)
    obstored.put(POINTER, b"second", seen)
    with pytest.raises(ChangedError):
        obstored.put(POINTER, b"another second", seen)
    assert objects.read_bytes(POINTER) == b"second"


@pytest.mark.parametrize("kind", ["slow down", "reset", "lost answer"])
@pytest.mark.parametrize("exists", [False, True])
def test_a_conditional_put_that_fails_at_first_is_no_conflict_with_itself(s3: Server, kind: str, exists: bool) -> None:
    if exists:
        objects.put_bytes(b"before", POINTER)
    seen = obstored.look(POINTER)
    s3.faults.append(Fault(kind, "PUT", "current.json", 1))
    obstored.put(POINTER, b"mine", seen)
    assert objects.read_bytes(POINTER) == b"mine"


def test_a_refused_conditional_put_tells_no_secret(s3: Server, caplog: pytest.LogCaptureFixture) -> None:
    s3.faults.append(Fault("forbidden", "PUT", "current.json", 99))
    with caplog.at_level(logging.DEBUG), pytest.raises(PermissionError) as raised:
        obstored.put(POINTER, b"mine", None)
    assert raised.value.filename == "s3://news-bucket/current.json"
    assert raised.value.__cause__ is None
    _no_secrets(str(raised.value), caplog.text)


def _no_secrets(*told: str) -> None:
    for text in told:
        assert SECRET not in text
        assert KEY_ID not in text


@pytest.mark.parametrize(
    ("bucket", "environment", "expected"),
    [
        (
            "box@account.dfs.core.windows.net",
            {},
            {"blob_storage_authority": ".blob.core.windows.net", "dfs_storage_authority": ".dfs.core.windows.net"},
        ),
        (
            "box@account.dfs.core.chinacloudapi.cn",
            {"AZURE_STORAGE_KEY": "a2V5"},
            {
                "account_key": "a2V5",
                "blob_storage_authority": ".blob.core.chinacloudapi.cn",
                "dfs_storage_authority": ".dfs.core.chinacloudapi.cn",
            },
        ),
        (
            "box@account.dfs.core.windows.net",
            {"AZURE_STORAGE_SAS_TOKEN": "?sv=1", "AZURE_STORAGE_ENDPOINT": "http://127.0.0.1:10000/account"},
            {
                "sas_token": "?sv=1",
                "blob_storage_authority": "127.0.0.1:10000",
                "dfs_storage_authority": "127.0.0.1:10000",
                "blob_storage_scheme": "http",
                "dfs_storage_scheme": "http",
            },
        ),
    ],
)
def test_azure_is_as_the_environment_describes_it(
    monkeypatch: pytest.MonkeyPatch, bucket: str, environment: dict[str, str], expected: dict[str, str]
) -> None:
    for name in ("AZURE_STORAGE_KEY", "AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert azure.pyarrow_options(bucket) == ("box", {"account_name": "account", **expected})
