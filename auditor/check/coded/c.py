"""Group C, narrative against tables: the table of its functions. C-10 and D-10 look at two years (:mod:`auditor.season.restated`)."""

from __future__ import annotations

from collections.abc import Callable

from auditor.check.coded.c_claims import all_claims, corrected_cases, no_remedies, no_requests, none_carried
from auditor.check.coded.c_fees import announced_parts, fee_statement, processing_fee
from auditor.check.coded.c_lists import consultations, contradictions, narrative_balance, one_value, parts_and_whole
from auditor.check.coded.c_numbers import compare_numbers
from auditor.check.coded.c_shares import full_shares, shares
from auditor.check.context import Context, Outcome, fail
from auditor.check.narrative.growth import printed_growth
from auditor.check.registry import ALONE


def year_on_year(context: Context) -> Outcome:
    """The part of C-10 that one report decides: growth whose two numbers are printed."""
    return fail(*printed_growth(context))


ALONE["C-10"] = year_on_year


def carried(context: Context) -> Outcome:
    """C-02, C-04: numbers carried over or forward, and claims that there are none."""
    counted, denied = compare_numbers(context), none_carried(context)
    if denied.verdict == "fail" or counted.verdict == "not_applicable":
        return fail(*counted.hits, *denied.hits) if denied.verdict == "fail" else denied
    return counted


RULES: dict[str, Callable[[Context], Outcome]] = {
    **dict.fromkeys(("C-02", "C-04"), carried),
    "C-07": no_requests,
    "C-08": shares,
    "C-09": full_shares,
    "C-11": all_claims,
    "C-13": no_remedies,
    "C-16": parts_and_whole,
    "C-17": one_value,
    "C-18": narrative_balance,
    "C-19": processing_fee,
    "C-20": fee_statement,
    "C-21": corrected_cases,
    "C-22": announced_parts,
    "C-23": contradictions,
    "C-24": consultations,
}
