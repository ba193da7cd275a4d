"""One quantity in its surroundings: what the rules of aboutness look at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from pipeline import units
from pipeline.language.aboutness.candidates import LONGEST_NAME
from pipeline.language.aboutness.names import Name, NameFinder
from pipeline.language.aboutness.readings import Readings
from pipeline.language.aboutness.tables.axes import Axes, axes_of
from pipeline.language.aboutness.tables.lists import kind_of_labels
from pipeline.language.layout.blocks import Block, BlockKind, Span
from pipeline.language.layout.page import Page
from pipeline.language.nouns import POSSESSIVE_PRONOUNS
from pipeline.language.periods.periods import Period
from pipeline.language.quantities.quantities import Quantity
from pipeline.language.syntax.parsing import Sentence
from pipeline.language.syntax.phrases import Phrase, phrases_of
from pipeline.language.syntax.tree import Tree
from pipeline.language.verbs import base_form

__all__ = ["Case", "Setting"]

T = TypeVar("T")

_QUALIFYING = frozenset({"nummod", "compound", "amod", "nmod", "nmod:unmarked", "nmod:npmod", "obl:npmod"})
_LONGEST_MEASURE = 4  # tokens
_LOOK_BACK = 80  # tokens before a sentence in which the names spoken of last are looked for

# Through these a clause shares the subject of the one above it: "it rose and reached", "it plans to reach", "reaching".
_SAME_SUBJECT = frozenset({"conj", "xcomp", "advcl", "parataxis"})


class Setting:
    """A sentence that holds quantities, with all that is the same for each of them worked out once."""

    def __init__(self, readings: Readings, sentence: Sentence, periods: Sequence[Period]) -> None:
        page, names = readings.page, readings.finder
        self.readings = readings
        self.page = page
        self.sentence = sentence
        self.block = page.blocks[sentence.block]
        self.finder = names
        self.entities = readings.entities
        low = bisect_left(periods, sentence.first, key=lambda period: period.first)
        high = bisect_left(periods, sentence.stop, key=lambda period: period.first)
        self.block_periods = periods
        self.periods = periods[low:high]
        self.names: list[Name] = names.among(sentence.first, sentence.stop)
        self.names_before: list[Name] = names.within(max(0, sentence.first - _LOOK_BACK), sentence.first)
        self.phrases: list[Phrase] = phrases_of(sentence.tree, _told(sentence)) if sentence.tree else []
        self.measures = readings.measures(sentence.first, sentence.stop)
        self._made: dict[str, object] = {}

    def once(self, what: str, make: Callable[[Setting], T]) -> T:
        """What ``make`` makes of the sentence, made once however many of its quantities ask."""
        if what not in self._made:
            self._made[what] = make(self)
        return cast("T", self._made[what])

    @cached_property
    def times(self) -> frozenset[int]:
        """The tokens of its words of time."""
        return frozenset(i for period in self.periods for i in range(period.first, period.end))

    def joined_to(self, at: int, first: int, end: int) -> int | None:
        """One past the phrase that an "and" joins to the phrase of place ``at``, tokens ``first`` to ``end``; ``None``
        where none is, where the two are part of a longer list, or too long for a name."""
        tokens, tree = self.page.tokens, self.sentence.tree
        if tree is None or at + 1 >= len(self.phrases) or tokens[end].lower not in ("and", "&"):
            return None
        other = self.phrases[at + 1]
        begin, stop = tree.words[other.first].first, tree.words[other.head].end
        listed = tokens[first - 1].text == "," and first > self.sentence.first
        goes_on = stop < self.sentence.stop and tokens[stop].text in (",", "and", "or")
        counted = any(q.first <= stop and first < q.end for q in self.sentence.quantities)
        alone = begin == end + 1 and not (listed or goes_on or counted)
        return stop if alone and stop - first <= LONGEST_NAME else None

    def inside_quantity(self, token: int, end: int) -> bool:
        """Whether a token belongs to a quantity that ends before token ``end``: "100-unit" in "100-unit target"."""
        return self.once("ends of quantities", _ends_of_quantities).get(token, end) < end


def _ends_of_quantities(setting: Setting) -> dict[int, int]:
    """Of every token that belongs to a quantity of the sentence, where that ends."""
    return {i: quantity.end for quantity in setting.sentence.quantities for i in range(quantity.first, quantity.end)}


def _told(sentence: Sentence) -> frozenset[int]:
    """The words of the tree that stand for a number and its unit, and for no noun."""
    assert sentence.tree is not None
    starts = {q.first: (q.noun[0] if q.noun and q.first < q.noun[0] < q.end else q.end) for q in sentence.quantities}
    return frozenset(
        i for i, word in enumerate(sentence.tree.words) if word.first in starts and word.end <= starts[word.first]
    )


@dataclass(frozen=True)
class Case:
    """A quantity and the sentence it stands in."""

    setting: Setting
    quantity: Quantity

    @property
    def page(self) -> Page:
        """The page it stands on."""
        return self.setting.page

    @property
    def readings(self) -> Readings:
        """What stands in any stretch of the page."""
        return self.setting.readings

    @property
    def block(self) -> Block:
        """The block it stands in."""
        return self.setting.block

    @property
    def names(self) -> NameFinder:
        """The finder of the page's names."""
        return self.setting.finder

    @property
    def first(self) -> int:
        """The first token of its sentence."""
        return self.setting.sentence.first

    @property
    def stop(self) -> int:
        """One past the last token of its sentence."""
        return self.setting.sentence.stop

    @property
    def tree(self) -> Tree | None:
        """The tree of its sentence, where it was parsed."""
        return self.setting.sentence.tree

    @cached_property
    def relations(self) -> dict[tuple[int, int, int | None], tuple[str, ...]]:
        """How other words of the sentence stand to the quantity, as far as that has been asked."""
        return {}

    @cached_property
    def word(self) -> int | None:
        """The word of the tree that stands for the quantity: of a counted noun, the noun."""
        return self.tree.word_of(self.quantity.end - 1) if self.tree is not None else None

    @property
    def label(self) -> str:
        """How the quantity stands in the tree, ``none`` where there is none."""
        return self.tree.labels[self.word] if self.tree is not None and self.word is not None else "none"

    @cached_property
    def neighbours(self) -> tuple[str, str]:
        """The words right before and right behind it in its sentence, ``^`` and ``$`` where there are none."""
        tokens, quantity = self.page.tokens, self.quantity
        before = tokens[quantity.first - 1].lower if quantity.first > self.first else "^"
        behind = tokens[quantity.end].lower if quantity.end < self.stop else "$"
        return before, behind

    @cached_property
    def qualified(self) -> int | None:
        """The word of the tree, a noun, that the quantity stands before as an adjective does: ``a $2 million home``."""
        tree, word = self.tree, self.word
        if tree is None or word is None or tree.labels[word] not in _QUALIFYING:
            return None
        head = tree.heads[word]
        return head if head > word and tree.tags[head].startswith("NN") else None

    @cached_property
    def dimension(self) -> str:
        """The quantity's dimension, without what it is per."""
        return units.resolve(self.quantity.unit).dimension.split("/")[0]

    @property
    def per_share(self) -> bool:
        """Whether it is told of each share: "$1.42 a share"."""
        return self.quantity.unit.endswith("/share")

    @cached_property
    def dimension_class(self) -> str:
        """The dimension in the few classes that behave alike: money, ratio, count, time, physical."""
        if self.dimension in ("money", "ratio", "count", "time"):
            return self.dimension
        return "ratio" if self.dimension in ("ratio_difference", "multiple") else "physical"

    @cached_property
    def verb(self) -> int | None:
        """The token of the verb whose object or complement the quantity is, by the tree."""
        if self.tree is not None and self.word is not None:
            for word in self.tree.ancestors(self.word):
                if self.tree.tags[word].startswith("VB"):
                    return self.tree.words[word].first
        return None

    @cached_property
    def verb_base(self) -> str:
        """That verb's base form, ``none`` where there is none."""
        return base_form(self.page.tokens[self.verb].lower) if self.verb is not None else "none"

    @cached_property
    def others(self) -> list[Quantity]:
        """The other quantities of its sentence."""
        return [q for q in self.setting.sentence.quantities if q is not self.quantity]

    @cached_property
    def start(self) -> int:
        """The quantity's first character."""
        return self.page.tokens[self.quantity.first].start

    @cached_property
    def headings(self) -> tuple[int, ...]:
        """The blocks it stands under, outermost first, the line that leads into its list last."""
        lead = () if self.block.lead_in is None or self.block.lead_in in self.block.headings else (self.block.lead_in,)
        return self.block.headings + lead

    @cached_property
    def axes(self) -> Axes | None:
        """What the columns and rows of its table stand for."""
        header = self.block.header
        if header is None or self.block.kind is not BlockKind.TABLE_ROW:
            return None
        return axes_of(self.readings, header)

    @cached_property
    def column(self) -> Span | None:
        """The title of its column in a table."""
        return self.axes.column_at.get(self.quantity.first) if self.axes is not None else None

    @cached_property
    def label_kind(self) -> str:
        """What the labels of the list it stands in stand for, as one phrase; empty outside of such a list."""
        return kind_of_labels(self.readings, self.setting.sentence.block)

    @property
    def titles(self) -> Iterator[tuple[str, Span]]:
        """What names it in the layout: the ``label`` of its line or row before it, the title of its ``column``, and
        that over the labels of its table (``corner``)."""
        if self.block.label is not None and self.follows(self.block.label):
            yield "label", self.block.label
        if self.column is not None:
            yield "column", self.column
        if self.axes is not None and self.axes.corner is not None:
            yield "corner", self.axes.corner

    def headings_above(self, most: int) -> Iterator[tuple[int, Block, str]]:
        """The nearest headings, as (how far up, the heading, its kind); ``lead`` for the line that opens a list."""
        for position, i in enumerate(self.headings[::-1][:most]):
            block = self.page.blocks[i]
            leads = i == self.block.lead_in and block.kind is not BlockKind.HEADING
            yield position, block, "lead" if leads else str(block.kind)

    def nearness(self, token: int) -> str:
        """Whether a token before the quantity stands in its ``sentence``, in its ``block``, or ``before`` that."""
        if self.first <= token < self.stop:
            return "sentence"
        return "block" if token >= self.page.ranges[self.setting.sentence.block][0] else "before"

    def nearness_in_layout(self, token: int) -> str:
        """The same, and of what stands before the block: an item of the same ``list``, or the paragraph ``above``."""
        near, place = self.nearness(token), self.setting.sentence.block
        if near != "before":
            return near
        other = max(0, bisect_right(self.page.ranges, token, key=lambda tokens: tokens[0]) - 1)
        block = self.page.blocks[other]
        if (block.kind, block.headings, block.lead_in) != (self.block.kind, self.block.headings, self.block.lead_in):
            return near
        if block.kind is BlockKind.BULLET:
            return "list"
        return "above" if other == place - 1 else near

    @cached_property
    def clause_subject(self) -> int | None:
        """The word that is the grammatical subject of the clause the quantity stands in."""
        tree, word = self.tree, self.word
        if tree is None or word is None:
            return None
        for above in (word, *tree.ancestors(word)):
            subject = next((i for i in tree.children[above] if tree.labels[i].startswith("nsubj")), None)
            if subject is not None:
                return subject
            if tree.labels[above] not in _SAME_SUBJECT and tree.tags[above].startswith("V"):
                return None
        return None

    @cached_property
    def upper_subject(self) -> int | None:
        """The subject of the nearest clause above that has one, where that is not the quantity's own.

        Of "the motor, with a speed exceeding 5 rpm, adopts", the motor.
        """
        tree, word = self.tree, self.word
        if tree is None or word is None:
            return None
        for above in (word, *tree.ancestors(word)):
            for i in tree.children[above]:
                if tree.labels[i].startswith("nsubj") and i != self.clause_subject:
                    return i
        return None

    @cached_property
    def tense(self) -> str:
        """The tag of the verb or copula that governs the quantity; ``modal`` where a modal stands at it."""
        tree, word = self.tree, self.word
        if tree is None or word is None:
            return "no tree"
        for above in (word, *tree.ancestors(word)):
            copula = next((i for i in tree.children[above] if tree.labels[i] == "cop"), None)
            if copula is None and not tree.tags[above].startswith("V"):
                continue
            helpers = {tree.tags[i] for i in tree.children[above] if tree.labels[i].startswith("aux")}
            return "modal" if "MD" in helpers else tree.tags[above if copula is None else copula]
        return "no verb"

    @cached_property
    def clause_kind(self) -> str:
        """What the grammatical subject of its clause is: a pronoun, a relative, a name, a noun, nothing; of nouns also
        whether it names a measure ("Gross margin was") or things in general ("Drills reach"). In a table, what that is
        made of."""
        tree, i = self.tree, self.clause_subject
        if tree is None:
            return str(self.axes) if self.axes is not None else "no tree"
        if i is None:
            return "none"
        word, tag = tree.words[i].text.lower(), tree.tags[i]
        if tag in ("PRP", "PRP$"):
            return "we" if word in ("we", "i", "us") else "it" if word in ("it", "they") else "person"
        if tag in ("WDT", "WP") or word in ("which", "who"):
            return "relative"
        if tag == "DT" or tag == "EX":
            return "this"
        if tag.startswith("NNP"):
            return "name"
        determiners = {tree.words[j].text.lower() for j in tree.children[i]}
        if determiners & (POSSESSIVE_PRONOUNS | {"whose"}):
            return "its noun"
        if self._is_measure(i):
            return "measure"
        if determiners & {"the", "this", "that", "these"}:
            return "definite noun"
        return "things" if tag == "NNS" else "one thing" if determiners & {"a", "an", "each", "every"} else "noun"

    def _is_measure(self, i: int) -> bool:
        """Whether a word of its sentence's tree ends the name of a metric."""
        assert self.tree is not None
        word = self.tree.words[i]
        found = self.readings.measures(max(self.first, word.first - _LONGEST_MEASURE), word.end)
        return any(end == word.end for _, end, _ in found)

    def side_of(self, token: int) -> str:
        """Whether a token stands before the quantity or behind it."""
        return "before" if token < self.quantity.first else "behind"

    def follows(self, span: Span) -> bool:
        """Whether the quantity stands behind a stretch of text."""
        return self.start >= span.end
