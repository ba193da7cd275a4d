"""Articles: a source (file, folder, glob, bulk JSON Lines or Parquet) becomes `Article`s.

Two steps, so that the work can be shared::

    what = plan(["news/", "archive/*.jsonl"])   # looks, and parses nothing: portions, a few bytes each
    for portion in what.portions:               # here, or on any worker that sees the files
        for item in read(portion):              # an Article, or the Refusal of one

The way through the room:

* ``sources`` finds the files, ``naming`` gives each an id, ``planning`` cuts them into ``portion``\\ s;
* ``remote`` finds the objects of object stores, as ``sources`` finds files;
* ``formats`` knows which reader has which file type. One module per format: ``plain``, ``markdown``, ``json_lines``,
  ``parquet``. Those whose files are one article each share ``files``, those of many articles share ``records``;
* ``decoding`` makes text of bytes, with ``legacy`` for what is not Unicode; ``content`` and ``metadata`` check what
  was found; ``dateline`` finds the day of publication in the text where nothing else tells it.

A file or record that cannot be read is never dropped and never stops the others: it becomes a `Refusal` that says
why. A source that is not there is wrong usage and raises a `SourceError` before any work starts.
"""

from .article import Article, Refusal
from .content import MAX_ARTICLE_BYTES
from .formats import fetched, read
from .planning import plan
from .portion import PORTION_BYTES, Plan, Portion
from .records import article_of
from .sources import SourceError

__all__ = [
    "MAX_ARTICLE_BYTES",
    "PORTION_BYTES",
    "Article",
    "Plan",
    "Portion",
    "Refusal",
    "SourceError",
    "article_of",
    "fetched",
    "plan",
    "read",
]
