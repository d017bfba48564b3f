"""Mutations of bytes and of text, each by a seeded generator."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable
from random import Random

ODD_BYTES = (b"\0", b"\xff", b"\xfe\xff", b"<", b">", b"&", b'"', b"\n", b"\t", b"\x1b[2J", b"0", b"9" * 40, b"-1", b"%PDF-", b"PK\x03\x04")
ODD_TEXTS: tuple[str, ...] = (
    "", "\0", "\ufeff", "\u202e", "\ud7ff", "\U0010ffff", "９" * 30, "1e999", "-0", "1,2,3", "９９９９９９９９９９９９９９９９９９９", "１２.５.６", "²", "Ⅷ", "一百亿零万", "（其中",
    "((((((((((", "))))", "第二十条第（一）项", "三、本年度办理结果", "\t" * 50, "\n" * 50, "nan", "inf", "0x10", "10" * 200, "年" * 500,
    "2024年13月32日", "二〇二四年", "=cmd|' /C calc'!A1", "<script>alert(1)</script>", "\x1b[31m", "٣", "𝟗", "〇", "%s%n{0}{x}", "[link]", "1" + "," * 100,
)  # fmt: skip
ADDRESS = "http://127.0.0.1:48713/x"
"""Where :mod:`tests.fuzz.listener` listens; nobody may call there."""
_FETCHING = (
    f'<img src="{ADDRESS}.png">', f'<link rel=stylesheet href="{ADDRESS}.css">', f'<script src="{ADDRESS}.js"></script>', f'<iframe src="{ADDRESS}"></iframe>',
    f'<!DOCTYPE x SYSTEM "{ADDRESS}.dtd">', f'<?xml-stylesheet href="{ADDRESS}.xsl"?>', f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{ADDRESS}"/>',
    f'<w:altChunk r:id="{ADDRESS}"/>', f'=WEBSERVICE("{ADDRESS}")',
)  # fmt: skip
ODD_TEXTS += _FETCHING
BEGINNINGS = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1", b"%PDF-1.7\n", b"PK\x03\x04\x14\0", b"PK\x05\x06", b"<!-- ", b"-->", b"<!DOCTYPE html", b"<html>", b"<?xml version='1.0'?>",
    b"MIME-Version: 1.0\n", b"Content-Type: multipart/related\n", b"\xff\xfe<\0", b"\xef\xbb\xbf", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"GIF89a", b"Rar!\x1a\x07", b"7z\xbc\xaf",
    b" ", b"\t", b"<q ", b"a=b ", b"SQLite format 3\0", b"From: x\n", b"[Content_Types].xml", b"\xb9\xfa\xce\xf1", b"<w:document ",
)  # fmt: skip
_TAG = re.compile(rb"<[^<>]{1,200}>")
_NUMBER = re.compile(rb"\d+")


def cut(data: bytes, random: Random) -> bytes:
    """An end or a piece missing, as after a broken download."""
    if random.random() < 0.5:
        return data[: random.randrange(len(data) + 1)]
    start = random.randrange(len(data) + 1)
    return data[:start] + data[start + random.randrange(1, 4096) :]


def flip(data: bytes, random: Random) -> bytes:
    """Some bytes changed."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 3, 20, 200))):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def insert(data: bytes, random: Random) -> bytes:
    """Odd bytes put in."""
    for _ in range(random.randrange(1, 6)):
        place = random.randrange(len(data) + 1)
        data = data[:place] + random.choice(ODD_BYTES) * random.choice((1, 1, 7, 300)) + data[place:]
    return data


def repeat(data: bytes, random: Random) -> bytes:
    """A piece said many times."""
    start = random.randrange(len(data) + 1)
    piece = data[start : start + random.randrange(1, 400)]
    return data[:start] + piece * random.choice((2, 10, 500)) + data[start:]


def shuffle(data: bytes, random: Random) -> bytes:
    """Blocks in another order."""
    size = max(1, len(data) // random.randrange(2, 12))
    blocks = [data[place : place + size] for place in range(0, len(data), size)]
    random.shuffle(blocks)
    return b"".join(blocks)


def numbers(data: bytes, random: Random) -> bytes:
    """Numbers replaced by extreme ones: lengths, offsets, spans, counts."""
    extreme = (b"0", b"-1", b"1", b"65536", b"2147483647", b"4294967296", b"99999999999999999999", b"1e309", b"NaN")
    share = random.choice((0.002, 0.02, 0.2))
    return _NUMBER.sub(lambda match: random.choice(extreme) if random.random() < share else match[0], data)


def tags(data: bytes, random: Random) -> bytes:
    """Tags of mark-up dropped, doubled or moved."""
    share = random.choice((0.002, 0.02, 0.2))
    pool = [match[0] for match in _TAG.finditer(data[:200_000])] or [b"<x>"]

    def change(match: re.Match[bytes]) -> bytes:
        if random.random() >= share:
            return match[0]
        return random.choice((b"", match[0] * 2, random.choice(pool), match[0].lower(), b"</" + match[0][1:], match[0] * 60))

    return _TAG.sub(change, data)


def words(data: bytes, random: Random) -> bytes:
    """Odd text put between tags or lines, or in place of them."""
    pieces = re.split(rb"(>|\n|\t)", data)
    for _ in range(random.choice((1, 4, 30))):
        pieces[random.randrange(len(pieces))] = random.choice(ODD_TEXTS).encode("utf-8", "surrogatepass")
    return b"".join(pieces)


def lines(data: bytes, random: Random) -> bytes:
    """Lines dropped, doubled, swapped or joined."""
    split = data.split(b"\n")
    for _ in range(random.choice((1, 5, 40))):
        first, second = random.randrange(len(split)), random.randrange(len(split))
        way = random.randrange(4)
        if way == 0:
            split[first], split[second] = split[second], split[first]
        elif way == 1 and len(split) > 1:
            del split[first]
        elif way == 2:
            split.insert(second, split[first])
        else:
            split[first] += split[second]
            split[second] = b""
    return b"\n".join(split)


Mutation = Callable[[bytes, Random], bytes]
PLAIN: tuple[Mutation, ...] = (cut, flip, insert, repeat, shuffle, numbers)
MARKUP: tuple[Mutation, ...] = (tags, words, numbers, cut, repeat, lines)


def in_package(data: bytes, random: Random) -> bytes:
    """A member of a zip changed and the package closed again, so that the change gets past the unpacking."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return flip(data, random)
    if not members:
        return flip(data, random)
    large = [place for place, (_, content) in enumerate(members) if len(content) > 200] or [0]
    place = random.choice(large) if random.random() < 0.5 else max(large, key=lambda index: len(members[index][1]))
    name, content = members[place]
    way = random.randrange(12)
    if way == 0:
        del members[place]
    elif way == 1:
        members[place] = (random.choice(("../" + name, "/" + name, name.upper(), name + "\0x", name * 40)), content)
    elif way == 2:
        members.append((name, content[: len(content) // 2]))
    else:
        members[place] = (name, random.choice(MARKUP)(content, random))
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # a name twice is what is wanted
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name[:60_000] or "x"), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
