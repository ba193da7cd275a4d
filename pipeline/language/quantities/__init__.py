"""Quantities: numbers with units, nouns, ranges and qualifiers. ``quantities.read_block`` is where to begin.

``left_out`` then finds the units that the text leaves out; ``not_quantities`` says what the other numbers are.
"""
