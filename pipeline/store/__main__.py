"""``python -m pipeline.store > extracted/README.md``: write the data dictionary anew."""

from pipeline.store.dictionary import data_dictionary

print(data_dictionary(), end="")
