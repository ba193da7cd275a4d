"""What may go wrong with a run as a whole."""

from __future__ import annotations

__all__ = ["ClusterError"]


class ClusterError(RuntimeError):
    """A Dask cluster that cannot do the work; its message names the address and what to do."""
