"""What an article is compared by: a MinHash of its runs of words, from which near copies are told.

The share of places in which two signatures agree estimates the share of runs that two texts have in common (Broder, "On
the resemblance and containment of documents", 1997), give or take 0.04.
"""

from __future__ import annotations

import re

__all__ = ["PLACES", "signature_of"]

PLACES = 128  # of a signature
_RUN = 5  # words
_WORD = re.compile(r"\w+")


def signature_of(text: str) -> tuple[int, ...]:
    """The signature of a text, ``PLACES`` whole numbers below 2**32; the same whatever its capitals and white space."""
    from datasketch import MinHash  # with scipy it takes a second to import, and only extraction needs it

    words = _WORD.findall(text.casefold())
    runs = {" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))}
    hashed = MinHash(PLACES)
    hashed.update_batch([run.encode("utf-8", "surrogatepass") for run in sorted(runs)])
    return tuple(int(value) for value in hashed.hashvalues)
