"""Wordings of the kind real reports use: what contradicts no table, and next to it the defect that has to be found."""

from __future__ import annotations

import pytest

from tests.check.whole import audited, printed, serious, table3, table4

_CARRIED = table3(granted={"natural_person": 12}, forward={"natural_person": 2})
_REVIEWED = table3(granted={"natural_person": 12}) | table4(review=(1, 0, 0, 0))

_SILENT = {
    "the rate beside words about the time limit is the rate in time": (
        _CARRIED,
        "全年收到政府信息公开申请14件，均在法定期限内答复，办结率100%。",
    ),
    "only reviews that a fault caused are denied": (_REVIEWED, "全年收到政府信息公开申请12件，未出现因答复不当引起的行政复议、行政诉讼。"),
    "no application for a review is not no request": (
        table3(granted={"natural_person": 12}),
        "全年收到政府信息公开申请12件，也没有收到有关政府信息公开的行政复议申请。",
    ),
    "reviews and suits counted in one number": (
        table3() | table4(review=(2, 0, 0, 0), direct=(1, 0, 0, 0)),
        "因政府信息公开答复提起行政复议、诉讼3件。",
    ),
    "documents by their kind of publication": (
        table3(denied_internal={"natural_person": 3}),
        "全年制作文件40份，其中主动公开信息数30份，占比75%；依申请公开信息数8份，不予公开信息数2份。",
    ),
    "other handling beside its other items": (
        table3(granted={"natural_person": 4}, other_no_correction={"natural_person": 2}, other_other={"natural_person": 5}),
        "全年办结政府信息公开申请11件，其中予以公开4件，逾期未补正2件，其他处理5件。",
    ),
    "applications of other kinds": (
        table3(granted={"natural_person": 12}),
        "全年收到政府信息公开申请12件。受理行政许可申请120件，办结118件；收到行政复议申请3件；受理工伤认定申请35件，全部办结。",
    ),
    "no application of another kind": (table3(granted={"natural_person": 12}), "全年收到政府信息公开申请12件，未收到行政许可申请。"),
    "other things received, handled and answered": (
        table3(granted={"natural_person": 12}),
        "全年收到政府信息公开申请12件，均已答复。受理各类案件35件，办结33件；办理业务350件；收到线索21件，答复21件。",
    ),
    "the office of the government, told of by a department": (
        table3(granted={"natural_person": 12}),
        "市政府办公室全年收到政府信息公开申请40件，其中转交我局办理12件。",
    ),
    "suits carried over": (
        table3(granted={"natural_person": 12}) | table4(direct=(3, 0, 0, 1)),
        "全年收到政府信息公开申请12件。信息公开类行政诉讼4件（含上年结转3件），结转下年1件。",
    ),
    "letters carried over": (
        table3(granted={"natural_person": 12}),
        "收到政府信息公开申请12件。收到群众来信35件，上年结转3件，结转下年2件。",
    ),
    "reviews of all kinds, of which some about disclosure": (
        table3(granted={"natural_person": 12}) | table4(review=(2, 0, 0, 0)),
        "全年被申请行政复议9件，其中信息公开类2件。",
    ),
    "documents that a clean-up leaves in force": (
        table3() | {"t2.normative_doc.issued": 3, "t2.normative_doc.effective": 12},
        "年中清理规范性文件，继续有效9件，失效2件。",
    ),
    "answered, without those given up": (
        table3(granted={"natural_person": 38}, other_other={"natural_person": 9}),
        "全年收到政府信息公开申请47件，其中，申请人主动撤销9件，在规定时限内答复38件。",
    ),
    "accepted, without those given up": (
        table3(granted={"natural_person": 18}, other_other={"natural_person": 39}),
        "本机关共收到政府信息公开申请57件，经沟通，撤件39件，受理18件。",
    ),
    "the share of a number without a unit": (
        table3(granted={"natural_person": 60}, partial={"natural_person": 10}, unable_not_held={"natural_person": 30}),
        "全年答复政府信息公开申请100件，包括上年结转0件。其中予以公开60件，占60%；部分公开10，占10%；无法提供30件，占30%。",
    ),
    "answered, refused and unclear make the whole": (
        table3(granted={"natural_person": 7}, rejected_duplicate={"natural_person": 4}, unable_unclear={"natural_person": 1}),
        "全年共受理政府信息公开申请12件，答复7件，不予受理4件，补正后申请内容仍不明确1件。",
    ),
    "suits about something else": (
        table3(granted={"natural_person": 12}),
        "全年未因信息公开引起行政复议和行政诉讼。本机关因具体行政行为被提起行政诉讼2起。",
    ),
    "last year's figure in brackets is no part": (
        table3(granted={"natural_person": 15}),
        "全年收到政府信息公开申请15件，较2022年（20件）减少25%；答复15件，比上年（18件）减少16.7%。",
    ),
    "disclosed in full, the partly disclosed included": (
        table3(granted={"natural_person": 8}, partial={"natural_person": 1}),
        "全年办结政府信息公开申请9件，其中予以公开9件（含部分公开1件）。",
    ),
    "items handled": (table3(granted={"natural_person": 12}), "全年收到政府信息公开申请12件。在网上公开办事指南，办理事项12000件。"),
    "the towns of a district": (
        table3(granted={"natural_person": 12}),
        "全年收到政府信息公开申请12件。各镇（街道）共收到政府信息公开申请40件。",
    ),
    "less than the year": (
        table3(granted={"natural_person": 12}),
        "截至11月底，收到政府信息公开申请10件。12月份收到申请2件。1—6月收到政府信息公开申请5件。2023年1月至9月，答复申请9件。",
    ),
    "information published, told beside the requests": (
        table3(granted={"natural_person": 12}),
        "全年收到政府信息公开申请12件。公开信息2000条，其中网站1200条，占60%，微信800条，占40%。",
    ),
    "one paper explained in several ways": (
        table3(granted={"natural_person": 12}),
        "全年发布政策解读35篇，其中图解20篇、视频10篇、文字30篇。",
    ),
}

_SPEAKING = {
    "a rate of all": ("C-11", _CARRIED, "全年收到政府信息公开申请14件，办结率100%。"),
    "the time limit of something else": ("C-11", _CARRIED, "群众留言均按期答复；政府信息公开申请14件，办结率100%。"),
    "all reviews are denied": ("C-13", _REVIEWED, "全年没有因政府信息公开引起的行政复议、行政诉讼。"),
    "no request and no review": ("C-07", table3(granted={"natural_person": 12}), "全年未收到政府信息公开申请和行政复议申请。"),
    "reviews and suits counted wrongly": (
        "C-12",
        table3() | table4(review=(2, 0, 0, 0), direct=(1, 0, 0, 0)),
        "因政府信息公开答复提起行政复议、诉讼5件。",
    ),
    "requests received under another name for the applicants": (
        "C-01",
        table3(granted={"natural_person": 12}),
        "本年度共受理群众提出的申请15件。",
    ),
    "requests received after other things": (
        "C-01",
        table3(granted={"natural_person": 12}),
        "全年受理各类案件35件，办结33件。全年共收到依申请公开15件。",
    ),
    "requests carried over, counted wrongly": (
        "C-02",
        table3(granted={"natural_person": 12}, over={"natural_person": 2}),
        "本年度政府信息公开申请含上年结转3件。",
    ),
    "documents in force, counted wrongly": (
        "C-14",
        table3() | {"t2.normative_doc.issued": 3, "t2.normative_doc.effective": 12},
        "现行有效的行政规范性文件9件。",
    ),
    "reviews about disclosure, counted wrongly": (
        "C-12",
        table3(granted={"natural_person": 12}) | table4(review=(2, 0, 0, 0)),
        "因政府信息公开被申请行政复议9件，其中维持2件。",
    ),
    "answered wrongly with and without those given up": (
        "C-03",
        table3(granted={"natural_person": 38}, other_other={"natural_person": 9}),
        "全年收到政府信息公开申请47件，其中，申请人主动撤销9件，答复36件。",
    ),
    "answered and carried forward do not make the whole": (
        "C-04",
        table3(granted={"natural_person": 12}),
        "全年共受理政府信息公开申请12件，结转下年5件。",
    ),
    "a year in brackets stands for its bracket": (
        "C-03",
        table3(granted={"natural_person": 12}, over={"natural_person": 2}),
        "全年办理政府信息公开申请12件（含2022年度结转2件），本年办结15件。",
    ),
    "a year that something is compared with stands for its clause": (
        "C-03",
        table3(granted={"natural_person": 12}),
        "全年收到政府信息公开申请12件，比2022年下降20%，办结15件。",
    ),
    "a year that something is carried to stands for its clause": (
        "C-05",
        table3(granted={"natural_person": 12}, forward={"natural_person": 2}),
        "全年收到政府信息公开申请14件，2件结转至2024年继续办理，予以公开10件。",
    ),
    "suits because of an answer": (
        "C-12",
        table3(granted={"natural_person": 12}),
        "因对答复不服被提起行政诉讼2起。",
    ),
    "disclosed in full, the partly disclosed included wrongly": (
        "C-05",
        table3(granted={"natural_person": 8}, partial={"natural_person": 1}),
        "全年办结政府信息公开申请9件，其中予以公开7件（含部分公开1件）。",
    ),
    "parts in brackets that are more than the whole": (
        "C-16",
        table3(granted={"natural_person": 15}),
        "全年收到政府信息公开申请15件（其中征地补偿类18件）。",
    ),
    "the year by its dates": (
        "C-01",
        table3(granted={"natural_person": 12}),
        "2023年1月1日至12月31日，收到政府信息公开申请10件。",
    ),
    "the year by its months": ("C-01", table3(granted={"natural_person": 12}), "1—12月，收到政府信息公开申请10件。"),
    "an event of a day": ("C-01", table3(granted={"natural_person": 12}), "12月15日举办培训，全年收到政府信息公开申请10件。"),
    "kinds that are more than all": (
        "C-16",
        table3(granted={"natural_person": 12}),
        "全年发布公告35篇，其中招标类20篇、招聘类10篇、征收类30篇。",
    ),
    "disclosed, counted wrongly": (
        "C-05",
        table3(granted={"natural_person": 12}),
        "全年答复政府信息公开申请12件，其中公开信息10件。",
    ),
    "requests carried over, in another order of words": (
        "C-02",
        table3(granted={"natural_person": 12}, over={"natural_person": 2}),
        "新收到政府信息公开申请10件，结转上年度办理3件，答复12件。",
    ),
    "requests refused, counted wrongly": (
        "C-05",
        table3(denied_internal={"natural_person": 3}),
        "全年办结政府信息公开申请3件，其中不予公开2件。",
    ),
    "other handling that is neither the item nor the sum": (
        "C-05",
        table3(granted={"natural_person": 4}, other_no_correction={"natural_person": 2}, other_other={"natural_person": 5}),
        "全年办结政府信息公开申请11件，其中予以公开4件，其他处理6件。",
    ),
    "an answer given to a number of requests": (
        "C-03",
        table3(granted={"natural_person": 12}),
        "本机关对15件政府信息公开申请依法作出答复。",
    ),
}


@pytest.mark.parametrize("name", _SILENT)
def test_no_contradiction(name: str) -> None:
    cells, text = _SILENT[name]
    assert serious(audited(printed(cells, text=text))) == []


@pytest.mark.parametrize("name", _SPEAKING)
def test_contradiction(name: str) -> None:
    rule, cells, text = _SPEAKING[name]
    assert [found for found, _, _ in serious(audited(printed(cells, text=text)))] == [rule]


def test_the_expected_share_is_of_a_whole_that_can_hold_the_part() -> None:
    cells = table3(granted={"natural_person": 60}, unable_not_held={"natural_person": 40}, over={"natural_person": 5})
    text = "全年答复政府信息公开申请100件，包括上年结转5件，其中予以公开60件，占66%。"
    (finding,) = [entry for entry in audited(printed(cells, text=text)).findings if entry.rule == "C-08"]
    assert finding.expected is None  # of 100 or of 95: nothing proves which whole is meant
    assert (finding.calculation or "").startswith("60/100 = 60%")
    assert "1200" not in (finding.calculation or "")


@pytest.mark.parametrize("piece", ["总计", "合计累计", "网站平台", "申请", "年度全年", "未收到", "受理12件，", "因工作"])
def test_long_runs_of_like_words_are_read(piece: str) -> None:
    text = "全年收到" + piece * 2000 + "申请。"
    audit = audited(printed(table3(granted={"natural_person": 12}), text=text), "C-01")
    assert audit.report is not None
