"""Syntax: the words of a sentence as a parser wants them, the tree it makes of them, and the noun phrases in it."""
