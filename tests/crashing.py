"""Kills a run at its n-th change to the disk: ``python -m tests.crashing N ARGUMENTS...`` runs ``factmill ARGUMENTS``.

Every call that changes a folder or brings a file to disk is counted, in the main process, and SIGKILL comes before the
n-th of them. With N = 0 nothing happens but that their number is printed on standard error.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

CHANGES = ("fsync", "link", "mkdir", "open", "rename", "replace", "rmdir", "symlink", "unlink", "utime")


class Countdown:
    def __init__(self, last: int) -> None:
        self.count = 0
        self.last = last

    def __call__(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
            return change(*arguments, **options)

        return counted


def main() -> None:
    from pipeline.cli import app

    countdown = Countdown(int(sys.argv[1]))
    for name in CHANGES:
        setattr(os, name, countdown(getattr(os, name)))
    try:
        app(sys.argv[2:], standalone_mode=False)
    finally:
        print(countdown.count, file=sys.stderr)


if __name__ == "__main__":
    main()
