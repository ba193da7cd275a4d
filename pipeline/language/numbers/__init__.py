"""Numbers alone, in digits or in words: ``numerals.read_numeral`` is where to begin."""
