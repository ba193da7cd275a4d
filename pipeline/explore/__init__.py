"""Published tables explored: loaded, asked in SQL, converted, compared, and one fact explained.

tables       a folder's tables as views of a database
asking       anybody's SQL over them
rates        exchange rates from a file of the user's
converting   facts in the units somebody wishes for
frames       facts as data frames or records
explaining   one fact: who says it, why it was read so, who contradicts it
diffing      two folders: the facts added, gone and changed
"""

from pipeline.explore.asking import Answer, ask
from pipeline.explore.converting import CONVERTED, Converted, Converter, WishError, make_converter
from pipeline.explore.diffing import Differences, differences
from pipeline.explore.explaining import Explanation, Passage, Said, explain, mark
from pipeline.explore.frames import facts_of, load_facts
from pipeline.explore.rates import RatesError, read_rates
from pipeline.explore.tables import TablesError, opened, rows_of, sealed

__all__ = [
    "CONVERTED",
    "Answer",
    "Converted",
    "Converter",
    "Differences",
    "Explanation",
    "Passage",
    "RatesError",
    "Said",
    "TablesError",
    "WishError",
    "ask",
    "differences",
    "explain",
    "facts_of",
    "load_facts",
    "make_converter",
    "mark",
    "opened",
    "read_rates",
    "rows_of",
    "sealed",
]
