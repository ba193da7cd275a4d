"""The digest of all that published tables are made of: where it is the same, they need not be made again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.facts import Document


def digest_of(documents: Iterable[Document], extractor: str) -> str:
    """A hash of all that is known of the articles, their contents' hashes too, and of the code that makes tables."""
    digest = blake2b(f"{extractor} {code_of_tables()}".encode(), digest_size=16)
    for document in sorted(map(repr, documents)):
        digest.update(document.encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


@cache
def code_of_tables() -> str:
    """A hash of the code between extractions and tables, and the versions of the libraries that write them."""
    digest = blake2b(f"{duckdb.__version__} {pa.__version__}".encode(), digest_size=8)
    for name, path in sorted(_files()):
        digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()


def _files() -> Iterator[tuple[str, Path]]:
    pipeline = Path(__file__).parent.parent
    for pattern in ("columns.py", "ingest/*.py", "facts/**/*.py", "store/*.py"):
        yield from ((path.relative_to(pipeline).as_posix(), path) for path in pipeline.glob(pattern))
