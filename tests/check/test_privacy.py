"""Masking of private data."""

from __future__ import annotations

import pytest

from auditor.check.engine import check
from auditor.model.rule import Example
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from auditor.rulebook.examples import build_report
from auditor.text.privacy import is_identity_number, mask, mask_name, names_in, passes_luhn


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_identity_numbers_of_the_standard(number: str) -> None:
    assert is_identity_number(number)
    assert mask(f"证件{number}。") == f"证件{number[:3]}{'*' * 13}{number[-2:]}。"


def test_a_wrong_check_digit_or_date_is_no_identity_number() -> None:
    assert not is_identity_number("110105194912310021")
    assert not is_identity_number("110105194913310021")


def test_mobile_and_card_numbers_keep_three_and_two_characters() -> None:
    assert mask("电话13812345678") == "电话138******78"
    assert mask("卡号4111111111111111") == "卡号411***********11"
    assert passes_luhn("4111111111111111")


def test_masking_twice_changes_nothing_and_plain_figures_stay() -> None:
    text = "13812345678 与 11010519491231002X"
    assert mask(mask(text)) == mask(text)
    assert mask("公开信息12345条，办公电话0517-83901234") == "公开信息12345条，办公电话0517-83901234"
    assert mask_name("王建国") == "王**"


def test_findings_never_carry_the_number_or_the_name() -> None:
    text = "申请人王建国申请公开征地方案，身份证号11010519491231002X，电话13812345678。"
    report = build_report(Example(verdict="fail", text={"s3_requests": text}), load_rulebook())
    audit = check(report, load_rulebook(), Settings(select=("G",)))
    assert {finding.rule for finding in audit.findings} >= {"G-01", "G-03", "G-04"}
    written = str(audit.findings)
    assert not [secret for secret in ("11010519491231002X", "13812345678", "王建国") if secret in written]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话138-1234-5678", "电话138********78"),
        ("电话138 1234 5678。", "电话138********78。"),
        ("电话+86 13812345678", "电话+86 138******78"),
        ("证件110105 19491231 002X", "证件110***************2X"),
        ("申请人王建国申请公开", "申请人王**申请公开"),
        ("原告：欧阳明华起诉", "原告：欧***起诉"),
        ("家住青山镇幸福路8号3栋502室", "家住青山***************"),
    ],
)
def test_numbers_in_groups_names_and_homes(text: str, shown: str) -> None:
    assert mask(text).count("*") >= 2
    assert not any(part in mask(text) for part in ("1234", "1949", "建国", "明华", "幸福路"))
    assert mask(mask(text)) == mask(text)
    if "室" not in text:
        assert mask(text) == shown


NUMBERS = (
    "110105 19491231 002X", "110105-19491231-002X", "１１０１０５１９４９１２３１００２Ｘ", "110105  19491231  002X", "110105·19491231·002X", "11010 51949 12310 02X",
    "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "11010519491231002x", "110105 491231 002", "138-1234-5678", "138 1234 5678", "138　1234　5678", "138.1234.5678", "138·1234·5678",
    "138‑1234‑5678", "1381234 5678", "１３８１２３４５６７８", "8613812345678", "0086-138-1234-5678", "+86 138 1234 5678", "6222 0212 3456 7890 128",
    "6222-0212-3456-7890", "6222·0212·3456·7890·128",
)  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("around", ["{}", "证件{}。", "（{}）", "电话：{}，", "王{}李"])
def test_a_number_is_masked_however_it_is_grouped(number: str, around: str) -> None:
    shown = mask(around.format(number))
    assert len(shown) == len(around.format(number))
    hidden = sum(char == "*" for char in shown)
    assert hidden >= sum(char.isalnum() for char in number) - 9, shown
    assert mask(shown) == shown


def test_mobile_numbers_side_by_side_and_in_any_groups_behind_their_word() -> None:
    assert mask("138-1234-5678 139-8765-4321、13711112222 13711113333").count("*") == 8 + 8 + 6 + 6
    assert mask("手机：138 123 45678").count("*") == 8
    assert mask("来电1381 234 5678").count("*") == 8


NAMES = (
    "申请人{}申请公开", "申请人：{}", "申请人（{}）申请", "申请人姓名：{}。", "原告{}不服答复", "第三人{}认为", "申请人{}于2024年3月申请", "复议申请人{}2024年提出", "{}诉某市人民政府信息公开案",
    "收到{}的申请", "{}等5人申请公开", "{}（身份证号略）", "委托代理人{}", "村民“{}”反映", "答复{}女士", "，{}先生来电", "申请人赵铁柱、{}和孙丽提出", "申请人赵铁柱、{}等4人",
)  # fmt: skip


@pytest.mark.parametrize("text", NAMES)
@pytest.mark.parametrize("name", ["王建国", "张伟", "欧阳明华", "裴敏"])
def test_a_name_is_masked_in_every_role(text: str, name: str) -> None:
    shown = mask(text.format(name))
    assert name[1:] not in shown, shown
    assert shown.replace("*", "") != shown
    assert "赵铁柱" not in shown
    assert mask(shown) == shown


@pytest.mark.parametrize("text", ["申请人{}申请公开", "原告：{}，", "申请人赵铁柱、{}提出", "申请人{}于2024年3月"])
@pytest.mark.parametrize("name", ["高明", "何大勇", "马小云", "许文强", "曾志伟", "于海洋", "阿卜杜拉·买买提"])
def test_surnames_that_are_words_are_masked_where_the_name_ends_clearly(text: str, name: str) -> None:
    assert name[1:] not in mask(text.format(name))


HOMES = (
    "家住青山镇幸福路8号3栋502室", "住址：临湖县城关镇幸福路66号2单元301室", "家庭住址青山镇幸福村", "户籍地：江北区幸福街道12号", "住青山镇幸福小区3-2-501", "申请人通讯地址：青山镇幸福路8号",
    "当事人住所：青山镇幸福路8号", "青山镇幸福里3号楼2单元501室", "家住青山镇幸福路8号，502室",
)  # fmt: skip


@pytest.mark.parametrize("text", HOMES)
def test_a_home_is_masked_down_to_the_door(text: str) -> None:
    shown = mask(text)
    assert not [part for part in ("幸福", "502", "501", "301", "12号", "66号", "8号") if part in shown], shown
    assert mask(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "13 138 1234 5678 9",  # cells of a row
        "支出13812345678元",
        "户籍人口12345人，流动人口23镇",
        "现住房改造涉及3个小区",
        "申请人于次日提出",
        "申请人曾书面申请",
        "职工董事、职工监事",
        "当事人周边群众",
        "群众安居、乐业，居民文体、市民高兴",
        "由林业部门等3户",
        "第三人民医院",
        "申请人陈述申辩",
        "机关地址：青山市中心路1号",
        "自然人 法人或其他组织 商业企业 科研机构",
        "138 139 1234 5678",
        "住房和城乡建设局关于〔2024〕3号",
        "机关地址：青山市中心路1号水务大厦302室",
        "申请人可以当面提交申请",
        "申请人王某某申请公开",
        "申请人方便获取信息，提出申请更容易",
        "局长王建国主持会议",
        "统一社会信用代码11320800014338123A",
    ],
)
def test_what_is_not_private_stays(text: str) -> None:
    assert mask(text) == text


def test_a_name_is_masked_where_its_role_is_not_printed() -> None:
    names = names_in(["申请人王建国申请公开征地方案。"])
    assert names == ("王建国",)
    assert mask("王建国不服该答复。", names) == "王**不服该答复。"


def test_numbers_side_by_side_are_no_telephone_number() -> None:
    from auditor.model.report import Unplaced
    from auditor.model.source import Location

    report = build_report(Example(verdict="fail", text={"s1_overview": "全年工作平稳。"}), load_rulebook())
    import msgspec

    row = Unplaced(text="138 1234 5678", values=("138", "1234", "5678"), location=Location())
    audit = check(msgspec.structs.replace(report, unplaced=(row,)), load_rulebook(), Settings(select=("G",)))
    assert "G-03" not in {finding.rule for finding in audit.findings}
