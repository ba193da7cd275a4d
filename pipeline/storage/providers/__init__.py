"""The providers of object storage: how each scheme's store is opened by the two libraries that speak with it.

Each module finds out what its environment says of the store: ``endpoint``, the address of another server than the
provider's own; ``file_system``, a bucket for pyarrow; ``obstore_options``, the same for obstore.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

__all__ = ["endpoint", "file_system", "obstore_options"]


def endpoint(scheme: str) -> str | None:
    """The address of another server, if the environment names one."""
    address: str | None = _provider(scheme).endpoint()
    return address


def file_system(scheme: str, bucket: str) -> tuple[Any, str]:
    """The pyarrow file system that a bucket is in, and the bucket's path in it."""
    found: tuple[Any, str] = _provider(scheme).file_system(bucket)
    return found


def obstore_options(scheme: str, bucket: str) -> dict[str, Any]:
    """What ``obstore.store.from_url`` must be told of a bucket."""
    options: dict[str, Any] = _provider(scheme).obstore_options(bucket)
    return options


def _provider(scheme: str) -> ModuleType:
    from pipeline.storage.providers import amazon, azure, google

    return {"s3": amazon, "abfss": azure, "gs": google}[scheme]
