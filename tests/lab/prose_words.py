"""Which frequent words of real reports the lexicon of the prose lacks.

``python -m tests.lab.prose_words FOLDER [--top 60] [--all]`` reads every text and report below FOLDER (the texts stay where they are) and
prints the pieces that the reader does not understand, most frequent first: those of clauses with a number, or with ``--all`` of every
clause. Pieces are cut at known words, so that a frequent piece is a word to add, or the rest of one.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from auditor.check.narrative.clauses import Clause, sentences_of
from auditor.check.narrative.publisher import publisher_of
from auditor.check.narrative.tokens import prepare, tokenise
from auditor.errors import AuditorError
from auditor.model.report import Report
from auditor.pipeline import extract_file
from tests.lab.tested import rulebook

_KINDS = {".txt", ".html", ".htm", ".docx", ".pdf", ".md"}


def unknown_words(report: Report, everywhere: bool) -> Iterator[str]:
    """The words not understood of clauses with a number, or of all clauses."""
    words = rulebook().narrative
    for passage in report.passages:
        if passage.heading:
            continue
        for sentence in sentences_of(tokenise(prepare(passage.text), words, publisher_of(report).names)):
            for piece in sentence.pieces:
                if isinstance(piece, Clause):
                    tokens = piece.tokens if everywhere else ()
                else:
                    tokens = piece.lead + piece.before + piece.after + piece.notes
                yield from (token.text for token in tokens if token.unknown)


def main() -> None:
    """Print the words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--top", type=int, default=60)
    parser.add_argument("--all", action="store_true")
    asked = parser.parse_args()
    found: Counter[str] = Counter()
    where: dict[str, set[str]] = {}
    for path in sorted(asked.folder.rglob("*")):
        if path.suffix.lower() not in _KINDS:
            continue
        try:
            report = extract_file(path, rulebook())
        except AuditorError as error:
            print(f"{path.name}: {error}")
            continue
        for word in unknown_words(report, asked.all):
            found[word] += 1
            where.setdefault(word, set()).add(path.name)
    for word, count in found.most_common(asked.top):
        print(f"{count:6} {len(where[word]):5} {word}")


if __name__ == "__main__":
    main()
