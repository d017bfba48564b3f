"""What a PDF asks to be drawn is counted before it is drawn: bombs are refused in words, ordinary forms are not."""

from __future__ import annotations

import contextlib
import time

import pytest

from auditor.errors import LimitError
from auditor.read.pdf.expansion import require_bounded
from tests.fuzz.costly import COSTLY, drawn, form, paper
from tests.read.pdf.made import read

REFUSED = {
    "forms": COSTLY["forms.pdf"],
    "form in itself": COSTLY["form_in_itself.pdf"],
    "paths": lambda: paper(drawn(b"0 0 m 9 9 l S\n" * 600_000)),
    "packed twice": lambda: paper(drawn(b"0 0 m 9 9 l S\n" * 600_000, times=2)),
    "states": lambda: paper(drawn(b"q " * 600_000)),
    "annotations": COSTLY["annotations.pdf"],
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_small_file_that_draws_very_much_is_refused(name: str) -> None:
    with pytest.raises(LimitError) as raised:
        read(REFUSED[name]())
    assert raised.value.code == "READ-LIMIT"
    assert raised.value.details["limit"] in ("drawn", "annotations")


@pytest.mark.parametrize(
    "data",
    [
        paper(drawn(b"/F Do " * 500), form(6, 3), form(7, 3), drawn(b"0 0 9 9 re f", b"/Subtype/Form")),
        paper(drawn(b"/F Do"), *(form(number + 1, 1) for number in range(5, 30)), drawn(b"0 0 9 9 re f", b"/Subtype/Form")),
        paper(drawn(b"/F Do"), form(5, 1)),
        paper(drawn(b"/F Do " * 5_000), drawn(b"0 0 9 9 re f " * 20, b"/Subtype/Form/Resources 99 0 R")),
        paper(drawn(b"0 0 m 9 9 l S " * 40_000)),
        paper(b"<</Filter/LZWDecode/Length 3>>stream\nabc\nendstream"),
        b"%PDF-1.7 stream endstream obj stream",
    ],
    ids=["tree", "chain", "itself once", "often", "drawing", "other packing", "no object"],
)
def test_ordinary_forms_and_drawings_pass(data: bytes) -> None:
    require_bounded(data)


def test_forms_with_resources_of_their_own_are_looked_up_once() -> None:
    """A form's resources are found in a list of all objects: the file is not searched again for each of them."""
    count = 4_000
    form = b"%d 0 obj\n<</Type/XObject/Subtype/Form/Resources %d 0 R/Length 6>>stream\n/a Do\nendstream endobj\n"
    forms = b"".join(form % (n, count + n) for n in range(1, count + 1))
    resources = b"".join(b"%d 0 obj\n<</XObject<</a %d 0 R>>>>\nendobj\n" % (count + n, n % count + 1) for n in range(1, count + 1))
    begun = time.process_time()
    with contextlib.suppress(LimitError):
        require_bounded(b"%PDF-1.4\n" + forms + resources)
    assert time.process_time() - begun < 5
