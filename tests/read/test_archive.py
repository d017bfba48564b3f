"""Members of archives: names as their makers saw them, inner archives, limits, nothing lost in silence."""

from __future__ import annotations

import io
import zipfile
import zlib
from struct import pack

import pytest

from auditor.errors import LimitError, ReadError
from auditor.read import limits
from auditor.read.archive import members


def packed(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def raw_zip(name: bytes, content: bytes, flags: int = 0) -> bytes:
    """A stored member with these very bytes as its name."""
    crc = zlib.crc32(content)
    local = pack("<4s5H3I2H", b"PK\x03\x04", 20, flags, 0, 0, 0, crc, len(content), len(content), len(name), 0) + name + content
    entry = pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, flags, 0, 0, 0, crc, len(content), len(content), len(name), 0, 0, 0, 0, 0, 0) + name
    return local + entry + pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(local), 0)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_the_flag(encoding: str) -> None:
    assert [name for name, _ in members(raw_zip("报告/青禾县.txt".encode(encoding), b"x"))] == ["报告/青禾县.txt"]


def test_inner_archives_and_clutter() -> None:
    inner = packed(("乙.txt", b"2"))
    data = packed(("甲.txt", b"1"), ("内.zip", inner), ("__MACOSX/._甲.txt", b"?"), ("子/Thumbs.db", b"?"), ("空/", b""))
    assert list(members(data)) == [("甲.txt", b"1"), ("内.zip!/乙.txt", b"2")]


def test_a_word_file_is_a_member_and_no_archive() -> None:
    word = packed(("[Content_Types].xml", b"x"), ("word/document.xml", b"x"))
    assert list(members(packed(("甲.docx", word)))) == [("甲.docx", word)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("../../etc/甲.txt", "etc/甲.txt"), ("/abs/甲.txt", "abs/甲.txt"), ("C:\\x\\甲.txt", "x/甲.txt"), ("a/./b/../甲.txt", "a/b/甲.txt")],
)
def test_names_cannot_lead_outside(name: str, shown: str) -> None:
    assert [found for found, _ in members(packed((name, b"x")))] == [shown]


def test_same_names_stay_apart() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = packed(("甲.txt", b"1"), ("甲.txt", b"2"))
    assert list(members(data)) == [("甲.txt", b"1"), ("甲~2.txt", b"2")]


def test_encrypted_member_is_a_problem_and_the_rest_follows() -> None:
    found = members(raw_zip(b"a.txt", b"x", flags=1))
    assert list(found) == []
    assert [(p.code, p.details["member"]) for p in found.problems] == [("READ-ENCRYPTED", "a.txt")]


def test_damaged_inner_archive_is_a_problem_and_the_rest_follows() -> None:
    found = members(packed(("坏.zip", packed(("a", b"x"))[:40]), ("甲.txt", b"1")))
    assert list(found) == [("甲.txt", b"1")]
    assert [(p.code, p.details["member"]) for p in found.problems] == [("READ-DAMAGED", "坏.zip")]


def test_member_with_wrong_checksum_is_a_problem() -> None:
    data = raw_zip(b"a.txt", b"abc").replace(b"abc", b"abd")
    found = members(data)
    assert list(found) == []
    assert [p.code for p in found.problems] == ["READ-DAMAGED"]


def test_bomb_is_not_unpacked() -> None:
    found = members(packed(("bomb.txt", b"\0" * (limits.ZIP_RATIO_FROM * 3)), ("甲.txt", b"1")))
    assert [name for name, _ in found] == ["甲.txt"]
    assert [(p.code, p.details["limit"]) for p in found.problems] == [("READ-LIMIT", "expansion")]


def test_limits_on_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    nested = b"x"
    for _ in range(limits.ZIP_DEPTH + 1):
        nested = packed(("in.zip", nested))
    found = members(nested)
    assert list(found) == [] or all(not name.endswith(".txt") for name, _ in found)
    assert [p.code for p in found.problems][:1] == ["READ-LIMIT"]
    monkeypatch.setattr(limits, "ZIP_MEMBERS", 2)
    monkeypatch.setattr("auditor.read.archive._Budget.__init__.__defaults__", (2, limits.ZIP_TOTAL_BYTES))
    with pytest.raises(LimitError):
        list(members(packed(("a", b""), ("b", b""), ("c", b""))))


def test_no_archive() -> None:
    with pytest.raises(ReadError) as caught:
        list(members(b"PK\x03\x04 cut"))
    assert caught.value.code == "READ-DAMAGED"
