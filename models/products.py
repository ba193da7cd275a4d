"""The matrix products of the tagger and parser, most of their time: by numpy, and on one core.

thinc multiplies by the library blis. numpy's OpenBLAS took a third of its time here (80 GFLOP/s beside 26, for 400
words, on a processor with AVX2), and the trees were the same. It would spread a product over all cores, which gains
nothing with matrices this small and takes the cores from the other processes of a run.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from thinc.api import NumpyOps, Ops, registry
from threadpoolctl import ThreadpoolController

__all__ = ["PRODUCTS", "on_one_core"]

PRODUCTS = "numpy-products"


@registry.ops(PRODUCTS)
class NumpyProducts(NumpyOps):  # type: ignore[misc]  # thinc's are compiled
    """What thinc does on a processor, but for products, which are numpy's."""

    name = PRODUCTS
    gemm = Ops.gemm


def on_one_core() -> AbstractContextManager[Any]:
    """As long as it is entered, numpy multiplies on the core of its caller alone."""
    limits: AbstractContextManager[Any] = _libraries().limit(limits=1, user_api="blas")
    return limits


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
