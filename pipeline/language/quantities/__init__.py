"""Quantities: numbers with units, nouns, ranges and qualifiers. ``quantities.read_block`` is where to begin.

around          what a number stands among, ``opened`` what one without a unit does
quantities      a block's quantities, and its numbers that are none (``not_quantities``, ``within_words``)
ranges          two numbers joined
amounts         one number with what stands at it: its currency, unit (``ambiguous``), what it counts (``counted``),
                what it is per (``per``), and whether "times" multiplies (``how_often``)
qualifiers      about, over, at most
left_out        the units that the text leaves out: by ``labels`` (what their words say: ``label_words``), by ``notes``
                above tables, ``plurals``, ``people``, neighbours; what money is per (``money_per``), points of a
                percentage (``points``), multipliers told elsewhere (``rescaled``), what may be an unknown unit
                (``unit_like``)
"""
