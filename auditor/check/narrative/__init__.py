"""Prose read as statements: what is counted, how many, when, for whom, as part of what. The way from a sentence to a verdict:

1. ``tokens``: a passage without spaces → words of the ``lexicon`` (``rules/narrative/30_lexicon.toml``), ``numbers``, years, marks of
   punctuation; characters of no word stay as words that are not understood.
2. ``clauses``: sentences → clauses → items, each number with the words that belong to it, brackets nested, 分别 paired.
3. ``meaning``: the words of an item → topic, events, grounds, applicants, restrictions, whose (``publisher``), when, what is unknown.
4. ``reader``: its place among wholes and members, and what it takes over from what was said before → :class:`~.statement.Statement`;
   ``quantities`` names what it counts (``20_quantities.toml``); ``claims`` are statements without a number.
5. ``scope`` and ``readings``: whether the tables speak of the same, and what they say; ``compare``: agrees, contradicts, or is only a part.
6. The rules (``auditor.check.coded.c_…``) report; ``accounting`` gives every number of the prose its one state.

An error needs a clause understood to the last word. A restricting or unknown word makes the number a part: bounded, never equal.
"""
