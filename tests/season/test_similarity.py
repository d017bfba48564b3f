"""Near-identical text: what the fingerprints find is what a comparison of all pairs word for word finds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations

import pytest
from xxhash import xxh3_64_intdigest

from auditor.season.similarity import SectionMarks, SectionText, similar_pairs, similarity

WORDS = "机关按照规定及时公开办理平台栏目更新内容审查群众咨询渠道工作人员培训制度落实监督考核"


def sentence(rng: random.Random) -> str:
    return "".join(rng.choices(WORDS, k=rng.randint(8, 45)))


def text(sentences: list[str]) -> SectionText:
    return SectionText(tuple(sentences), tuple(sentences), tuple(xxh3_64_intdigest(s.encode()) for s in sentences))


def changed(sentences: list[str], rng: random.Random) -> list[str]:
    """The same text with a few words, sentences or their order changed."""
    result = list(sentences)
    for _ in range(rng.randint(0, 4)):
        at = rng.randrange(len(result))
        match rng.randrange(4):
            case 0:
                result[at] = result[at][:3] + rng.choice(WORDS) + result[at][4:]
            case 1:
                result[at] = sentence(rng)
            case 2:
                result[at], result[0] = result[0], result[at]
            case _:
                result.append(result[at])
    return result


def season(seed: int) -> dict[int, SectionText]:
    rng = random.Random(seed)
    shared = [sentence(rng) for _ in range(6)]
    texts: list[list[str]] = []
    for _ in range(60):
        if texts and rng.random() < 0.4:
            texts.append(changed(rng.choice(texts), rng))
        else:
            texts.append([sentence(rng) for _ in range(rng.randint(3, 9))] + rng.sample(shared, 3))
    return dict(enumerate(map(text, texts)))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("least", [0.6, 0.85])
def test_no_pair_is_ruled_out_that_is_alike(seed: int, least: float) -> None:
    texts = season(seed)
    asked: set[tuple[int, int]] = set()
    left_out: frozenset[int] = frozenset()

    def likenesses(pairs: Iterator[tuple[int, int]], dropped: frozenset[int]) -> Iterator[tuple[int, int, float]]:
        nonlocal left_out
        left_out = dropped
        for one, other in pairs:
            asked.add((one, other))
            yield one, other, similarity(texts[one].without(dropped), texts[other].without(dropped))

    found = similar_pairs({key: entry.marks() for key, entry in texts.items()}, least, 60, likenesses)
    assert left_out  # sentences of everybody are no evidence
    assert [pair for pair in found if pair[2] < least] == []
    assert any(value < 1.0 for _, _, value in found)
    told = {(one, other) for one, other, _ in found}
    for one, other in combinations(texts, 2):
        left, right = texts[one].without(left_out), texts[other].without(left_out)
        common = len(set(left.prints) & set(right.prints))
        enough = common >= 0.3 * min(len(set(left.prints)), len(set(right.prints)))
        if not enough or min(left.length, right.length) < 60 or texts[one].marks().whole == texts[other].marks().whole:
            continue
        if similarity(left, right) >= least and (one, other) not in told:
            # Equal texts are told of once: by the first of them.
            assert any(texts[k].marks().whole in (texts[one].marks().whole, texts[other].marks().whole) for k in range(other) if k != one)
    assert len(asked) < len(texts) * (len(texts) - 1) / 8


def test_nothing_in_common_is_nothing_to_compare() -> None:
    rng = random.Random(3)
    marks = {number: text([sentence(rng) for _ in range(5)]).marks() for number in range(50)}

    def likenesses(pairs: Iterator[tuple[int, int]], _: frozenset[int]) -> Iterator[tuple[int, int, float]]:
        assert list(pairs) == []
        return iter(())

    assert similar_pairs(marks, 0.85, 60, likenesses) == []
    assert similar_pairs({1: SectionMarks(), 2: SectionMarks()}, 0.85, 60, likenesses) == []


def test_repeats_count_as_often_as_they_are_there() -> None:
    once, twice = "甲乙丙丁戊己庚辛", "甲乙丙丁戊己庚辛甲乙丙丁戊己庚辛"
    assert similarity(text([twice]), text([twice])) == 1.0
    # 4 grams of 4 and 12: all of the shorter, no more.
    assert similarity(text([once, once]), text([twice, once])) == pytest.approx(2 * 12 / (12 + 20))
