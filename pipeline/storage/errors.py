"""What goes wrong with an object store: what may pass is tried again, and all of it is told in words of our own.

The libraries' messages are not passed on as they are: some hold the whole answer of a server, with key ids in it.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pipeline.logs import log
from pipeline.storage.location import Location

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 5
TRIES_OF_THE_LIBRARY = 3  # within each of ours
CONNECT_SECONDS, REQUEST_SECONDS = 10, 60
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 10.0  # seconds, the first doubled each time, and a random part of it waited

_OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_ABSENT = re.compile(r"NO_SUCH_(BUCKET|KEY)|NoSuchBucket|NoSuchKey|ContainerNotFound|BlobNotFound|NotFoundError", re.I)
_FORBIDDEN = re.compile(
    r"ACCESS_DENIED|INVALID_ACCESS_KEY_ID|SIGNATURE_DOES_NOT_MATCH|INVALID_CLIENT_TOKEN|EXPIRED_TOKEN|\b40[13]\b|"
    r"Forbidden|PermissionDenied|Unauthenticated|AuthenticationFailed|AuthorizationFailure",
    re.I,
)
_CODE = re.compile(r"AWS Error (?P<code>\w+) during (?P<operation>\w+)|status(?: code)?:? (?P<status>\d{3})", re.I)
_SECRETS = re.compile(r"KEY|SECRET|TOKEN|PASSWORD|CREDENTIAL", re.I)

_REFUSED = "the store refuses it with the credentials that were found: have it allowed, or set others"


class UnreachableError(OSError):
    """An object store that did not do what it was asked, however often it was; which may pass."""


def told(error: BaseException, location: Location) -> OSError:
    """What a library's error means, as an error that names the place."""
    if isinstance(error, UnreachableError):
        return error
    said = f"{type(error).__name__} {error}"
    if isinstance(error, FileNotFoundError) or _ABSENT.search(said):
        return FileNotFoundError(errno.ENOENT, "there is no such bucket or object", str(location))
    if isinstance(error, PermissionError) or _FORBIDDEN.search(said):
        return PermissionError(errno.EACCES, _REFUSED, str(location))
    return UnreachableError(errno.EIO, f"the object store fails ({_in_short(error)})", str(location))


def retried(work: Callable[P, T], location: Location, *arguments: P.args, **options: P.kwargs) -> T:
    """What ``work`` returns, tried again as long as it fails for a reason that may pass.

    Raises:
        FileNotFoundError: there is no such bucket or object.
        PermissionError: the store refuses it.
        UnreachableError: it failed as often as it was tried.
    """
    from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

    def attempt() -> T:
        try:
            return work(*arguments, **options)
        except Exception as error:
            if not _is_of_the_store(error):
                raise
            # The cause is left out on purpose: a traceback would print it, with all that the server answered.
            raise told(error, location) from None

    def say(state: RetryCallState) -> None:
        log.info("trying again after %s", state.outcome.exception() if state.outcome else "a failure")

    return Retrying(
        retry=retry_if_exception_type(UnreachableError),
        wait=wait_random_exponential(multiplier=_FIRST_WAIT, max=_LONGEST_WAIT),
        stop=stop_after_attempt(ATTEMPTS),
        before_sleep=say,
        reraise=True,
    )(attempt)


def _is_of_the_store(error: Exception) -> bool:
    """Whether an error came from a store and not from this machine's disk, or from a mistake in the code."""
    if type(error).__module__.startswith("obstore"):
        return True
    # pyarrow's own errors have no file name; those of Python's file functions have, but for what writing raises.
    return isinstance(error, OSError) and error.filename is None and error.errno not in _OF_THE_DISK


def _in_short(error: BaseException) -> str:
    """What is worth knowing of a library's message: its code, else its first line without what is secret."""
    found = _CODE.search(str(error))
    if found:
        return " during ".join(part for part in (found["code"] or found["status"], found["operation"]) if part)
    line = str(error).strip().partition("\n")[0][:200] if isinstance(error, OSError) else type(error).__name__
    for name, value in os.environ.items():
        if _SECRETS.search(name) and len(value) > 3:
            line = line.replace(value, "***")
    return line
