"""Google's storage.

STORAGE_EMULATOR_HOST is the address of another server that speaks as Google's does, with or without ``http://``;
credentials are found where Google's own tools look for them.
"""

from __future__ import annotations

import json
import os
from typing import Any


def endpoint() -> str | None:
    """The address of another server, if the environment names one."""
    host = os.environ.get("STORAGE_EMULATOR_HOST")
    if not host:
        return None
    return (host if "://" in host else f"http://{host}").rstrip("/")


def file_system(bucket: str) -> tuple[Any, str]:
    """The file system of a bucket, and the bucket's path in it."""
    from pyarrow import fs

    plain, _, host = (endpoint() or "").rpartition("://")
    if host:
        return fs.GcsFileSystem(anonymous=True, scheme=plain, endpoint_override=host), bucket
    system, root = fs.FileSystem.from_uri(f"gs://{bucket}/")
    return system, root.rstrip("/")


def obstore_options(_bucket: str) -> dict[str, Any]:
    """The same for obstore, which is told of another server by way of a service account that has no key."""
    address = endpoint()
    if address is None:
        return {}
    nobody = {"client_email": "", "private_key": "", "private_key_id": ""}
    return {"service_account_key": json.dumps({"gcs_base_url": address, "disable_oauth": True, **nobody})}
