"""Conformance cases: atomic documents made from the rule cards' examples, with the finding each must or must not give."""
