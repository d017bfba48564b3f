"""C-19, C-20, C-22: fees in section six, and the contents the preamble announces."""

from __future__ import annotations

from decimal import Decimal

from auditor.check.coded.c_numbers import needs_of
from auditor.check.context import NOT_APPLICABLE, PASS, Context, Hit, Outcome, fail, unknown
from auditor.check.narrative.patterns import any_of, found
from auditor.check.narrative.place import hit_at, plain
from auditor.check.narrative.readings import row_value
from auditor.check.narrative.scope import said, standing
from auditor.text.chars import squeeze
from auditor.text.numerals import read_chinese_integer
from auditor.text.patterns import regex_pattern


def processing_fee(context: Context) -> Outcome:
    """C-19: a processing fee of the year is not above table 2's fees (which may or may not contain it)."""
    fees = [entry for entry in said(context) if entry.quantity == "fee.processing" and entry.value and standing(context, entry) != "no"]
    if not fees:
        return NOT_APPLICABLE
    key = "t2.admin_fee.fee_amount"
    if key not in context.cells:
        return (
            unknown(needs_of(context))
            if "t2" not in context.report.layouts or context.rulebook.layout_has(context.report.layouts["t2"], key)
            else NOT_APPLICABLE
        )
    printed = context.cells.printed(key)
    amount = Decimal(0) if context.cells.is_blank(key) else printed
    if amount is None:
        return unknown(needs_of(context))
    exponent = amount.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    tolerance = Decimal("0.5").scaleb(-places)
    largest = max(fees, key=lambda entry: entry.value or Decimal(0))
    fee = (largest.value or Decimal(0)) / 10000
    if fee <= amount + (0 if context.cells.is_blank(key) else tolerance):
        return PASS
    return fail(
        hit_at(
            context,
            largest,
            "above",
            values={"amount": plain(amount)},
            severity="notice",
            calculation=f"{plain(largest.value)} / 10000 = {plain(fee)} > {plain(amount)} + {plain(tolerance)}",
            keys=(key,),
        )
    )


def fee_statement(context: Context) -> Outcome:
    """C-20: requests closed because the fee was not paid mean that fee notices were sent; section six says so."""
    rows = row_value(context, "other_no_fee")
    if rows is None:
        return unknown(needs_of(context)) if "t3.other_no_fee.total" in context.cells else NOT_APPLICABLE
    if rows == 0:
        return NOT_APPLICABLE
    words = context.rulebook.narrative
    spoken = [passage for passage in context.report.passages if passage.section == "s6_other"]
    if not spoken:
        return unknown(context.say("needs.sections"))
    label = context.label("t3.other_no_fee.total")
    keys = ("t3.other_no_fee.total",)
    calculation = f"{label} {plain(rows)} > 0"
    for passage in spoken:
        denial = (any_of(words.fee_denied) or regex_pattern("(?!)")).search(squeeze(passage.text))
        if denial is not None:
            return fail(
                Hit(
                    message="denied",
                    values={"rows": plain(rows), "clause": denial.group()},
                    facts=context.cells.used(*keys),
                    actual=denial.group(),
                    calculation=calculation,
                    location=passage.location,
                    quantity="fee_notice",
                )
            )
    if any(found(any_of(words.fee_mentions), squeeze(passage.text)) for passage in spoken):
        return PASS
    return fail(
        Hit(
            message="silent",
            values={"rows": plain(rows)},
            facts=context.cells.used(*keys),
            calculation=calculation,
            related=(spoken[0].location,),
            quantity="fee_notice",
        )
    )


def announced_parts(context: Context) -> Outcome:
    """C-22: the parts named in the preamble are the sections that are there."""
    words = context.rulebook.narrative
    known = {section.key for section in context.report.sections if section.key is not None}
    if not known:
        return NOT_APPLICABLE
    for passage in context.report.passages[:8]:
        text = squeeze(passage.text)
        for pattern in words.announcement:
            match = regex_pattern(pattern).search(text)
            if match is None:
                continue
            listed = match["list"]
            announced = {part.key for part in words.announced_parts if found(any_of(part.words), listed)}
            if len(announced) < 3:
                continue
            open_list = found(any_of(words.open_list), text[max(match.start("list"), match.end() - 24) : match.end() + 6])
            counted = (
                regex_pattern(words.parts_counted).search(text[match.end("list") - 12 : match.end() + 12]) if words.parts_counted else None
            )
            number = (
                read_chinese_integer(counted["n"]) if counted and not counted["n"].isdigit() else int(counted["n"]) if counted else None
            )
            if number is not None and number not in (len(announced), len(known)) and announced == known:
                return fail(
                    Hit(
                        message="number",
                        values={"printed": str(number), "found": str(len(known)), "clause": counted.group() if counted else ""},
                        severity="notice",
                        expected=str(len(known)),
                        actual=str(number),
                        location=passage.location,
                        quantity="announced",
                    )
                )
            missing = announced - known
            extra = set() if open_list else known - announced
            if not missing and not extra:
                return PASS
            titles = {section.key: section.title for section in (context.format.sections if context.format is not None else ())}
            order = [part.key for part in reversed(words.announced_parts)]
            shown = [titles.get(key, key) for key in order if key in (missing or extra)]
            return fail(
                Hit(
                    message="absent" if missing else "unannounced",
                    values={"parts": "、".join(shown), "clause": listed[:120]},
                    severity="notice",
                    location=passage.location,
                    quantity="announced",
                )
            )
    return NOT_APPLICABLE
