"""Similarity over a whole country: signatures made up, compared as those of reports are. ``python -m tools.season_signatures 300000``."""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator

from auditor.season.similarity import SectionMarks, similar_pairs

YEARS = 4
SENTENCES = 8
LENGTH = 30
OWN, NEIGHBOURS = 0.6, 0.3
"""Shares of sentences that nobody else has, and that the agencies of one place share; the rest stand in a tenth of all reports."""
COPIES = 0.01


def sentence(rng: random.Random) -> tuple[int, bytes]:
    """Fingerprint and bits of a sentence: one bit in 32 is set."""
    bits = rng.getrandbits(1024)
    for _ in range(4):
        bits &= rng.getrandbits(1024)
    return rng.getrandbits(64), bits.to_bytes(128, "little")


def signatures(count: int, rng: random.Random) -> dict[int, SectionMarks]:
    """The marks of one section of ``count`` reports of one year; one in a hundred is a copy of another with one sentence changed."""
    everywhere = [sentence(rng) for _ in range(20)]
    places = [[sentence(rng) for _ in range(12)] for _ in range(max(1, count // 60))]
    made: dict[int, SectionMarks] = {}
    for number in range(count):
        if number and rng.random() < COPIES:
            model = made[rng.randrange(number)]
            mark, bits = sentence(rng)
            prints, all_bits = (mark, *model.prints[1:]), bits + model.bits[128:]
        else:
            near = places[number % len(places)]
            chosen = []
            for _ in range(SENTENCES):
                kind = rng.random()
                chosen.append(sentence(rng) if kind < OWN else rng.choice(near if kind < OWN + NEIGHBOURS else everywhere))
            prints, all_bits = tuple(mark for mark, _ in chosen), b"".join(bits for _, bits in chosen)
        made[number] = SectionMarks(prints=prints, lengths=(LENGTH,) * len(prints), whole=hash(prints), bits=all_bits)
    return made


def compare_synthetic(total: int) -> str:
    """Compare ``total`` reports of four years by one section; what it took."""
    rng = random.Random(7)
    spent, compared, found = 0.0, 0, 0
    for _ in range(YEARS):
        marks = signatures(total // YEARS, rng)

        def likenesses(pairs: Iterator[tuple[int, int]], dropped: frozenset[int]) -> Iterator[tuple[int, int, float]]:
            nonlocal compared
            for one, other in pairs:
                compared += 1
                yield one, other, 0.9

        start = time.process_time()
        found += len(similar_pairs(marks, 0.85, 120, likenesses))
        spent += time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"Similarity over {total:,} made-up signatures of {YEARS} years, one section: {spent:.0f} CPU s "
        f"({1000 * spent / total:.2f} ms a report), {compared:,} pairs left to compare word for word, {found:,} of them alike, "
        f"{memory:.0f} MB at most"
    )


if __name__ == "__main__":
    print(compare_synthetic(int(sys.argv[1])))
