"""Prefect: the same steps as ``pipeline.ingest``, scheduled, retried, and seen on Prefect's page.

Prefect reads its settings when it is first imported, so what it should be unless somebody wants otherwise stands here.
"""

import os

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # DO_NOT_TRACK alone does not stop the look-up
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # a busy machine needs more than the 20 it allows
    "PREFECT_LOGGING_LEVEL": "WARNING",  # a line a task is too much to read; its page has them all
}

for _name, _value in _DEFAULTS.items():
    os.environ.setdefault(_name, _value)
