"""Azure's storage.

AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_KEY holds a key of the account, AZURE_STORAGE_SAS_TOKEN a token; without
either the libraries look for credentials where Azure's own tools do. AZURE_STORAGE_ENDPOINT is the address of another
server that speaks the protocol, such as http://127.0.0.1:10000/devstoreaccount1.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit


def endpoint() -> str | None:
    """The address of another server, if the environment names one."""
    return os.environ.get("AZURE_STORAGE_ENDPOINT") or None


def file_system(bucket: str) -> tuple[Any, str]:
    """The file system of ``container@account.dfs.core.windows.net``, and its container."""
    from pyarrow import fs

    container, options = pyarrow_options(bucket)
    return fs.AzureFileSystem(**options), container


def pyarrow_options(bucket: str) -> tuple[str, dict[str, Any]]:
    """The container of ``container@account.dfs.core.windows.net``, and the options of ``AzureFileSystem``."""
    container, account, domain = _parts(bucket)
    options = {"account_name": account, "account_key": _key(), "sas_token": _token()}
    address = endpoint()
    if address is None:
        where = {"blob_storage_authority": f".blob{domain}", "dfs_storage_authority": f".dfs{domain}"}
    else:
        found = urlsplit(address)
        where = {f"{kind}_storage_authority": found.netloc for kind in ("blob", "dfs")}
        where |= {f"{kind}_storage_scheme": found.scheme for kind in ("blob", "dfs")}
    return container, {name: value for name, value in {**options, **where}.items() if value}


def obstore_options(_bucket: str) -> dict[str, Any]:
    """The same for obstore."""
    options = {"account_key": _key(), "sas_key": _token(), "endpoint": endpoint()}
    return {name: value for name, value in options.items() if value}


def _parts(bucket: str) -> tuple[str, str, str]:
    """Container, account, and what follows the account but for its service: ``.core.windows.net``."""
    container, _, host = bucket.partition("@")
    account, _, domain = host.partition(".")
    return container, account, "." + domain.removeprefix("dfs.").removeprefix("blob.")


def _key() -> str | None:
    return os.environ.get("AZURE_STORAGE_ACCOUNT_KEY") or os.environ.get("AZURE_STORAGE_KEY") or None


def _token() -> str | None:
    return os.environ.get("AZURE_STORAGE_SAS_TOKEN") or None
