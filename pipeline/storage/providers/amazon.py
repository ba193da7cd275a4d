"""Amazon's S3, and what speaks as it does.

AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL is the address of another server, AWS_REGION or AWS_DEFAULT_REGION the region;
credentials are found where Amazon's own tools look for them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pipeline.storage import errors

_PROFILES = ("~/.aws/credentials", "~/.aws/config")


def endpoint() -> str | None:
    """The address of another store that speaks S3, if the environment names one."""
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None


def file_system(bucket: str) -> tuple[Any, str]:
    """The file system of a bucket, and the bucket's path in it."""
    from pyarrow import fs

    plain, _, host = (endpoint() or "").rstrip("/").rpartition("://")
    options = {"endpoint_override": host, "scheme": plain or "https"} if host else {}
    system = fs.S3FileSystem(
        region=_region(bucket),
        connect_timeout=errors.CONNECT_SECONDS,
        request_timeout=errors.REQUEST_SECONDS,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=errors.TRIES_OF_THE_LIBRARY),
        allow_delayed_open=True,  # a small object is one request, not the three of an upload in parts
        **options,
    )
    return system, bucket


def obstore_options(bucket: str) -> dict[str, Any]:
    """The same for obstore."""
    options = {"endpoint": endpoint(), "region": _region(bucket), "conditional_put": "etag", **_profile()}
    return {name: value for name, value in options.items() if value}


def _region(bucket: str) -> str | None:
    """The region of a bucket: what the environment says, else what the store says."""
    named = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if named or endpoint():
        return named
    from pyarrow import fs

    return str(fs.resolve_s3_region(bucket))


def _profile() -> dict[str, Any]:
    """The credentials of a profile, which obstore does not look for by itself as pyarrow does."""
    files = (os.environ.get("AWS_SHARED_CREDENTIALS_FILE"), os.environ.get("AWS_CONFIG_FILE"))
    there = [Path(file or default).expanduser() for file, default in zip(files, _PROFILES, strict=True)]
    if "AWS_ACCESS_KEY_ID" in os.environ or not any(path.is_file() for path in there):
        return {}
    from obstore.auth.boto3 import Boto3CredentialProvider

    return {"credential_provider": Boto3CredentialProvider()}
