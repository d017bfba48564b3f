"""What a person sees on the page is what is read, or the cell is declared unread. Each test is one way in which the two may differ."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from auditor.model.document import Document
from auditor.pipeline import extract_bytes
from auditor.rulebook import load_rulebook
from tests.lab.compose.balanced import balanced_plan
from tests.lab.compose.pdf import PdfStyle, to_pdf
from tests.read.pdf.made import FONT, Sheet, prose, read, tables

XS = [60.0, 180.0, 260.0, 340.0]
YS = [100.0, 126.0, 152.0, 178.0]
ROWS = (("名称", "甲类数量", "乙类数量"), ("申请", "73", "18"), ("答复", "71", "20"))

Draw = Callable[[Canvas, Callable[[float], float]], None]


def sheet_with(
    draw: Draw, *, skip: tuple[int, int] | None = None, before: Draw | None = None, rows: tuple[tuple[str, ...], ...] = ROWS
) -> bytes:
    """A page with a table of two columns of figures, and something drawn over it. ``skip``: a cell whose text is left out."""
    sheet = Sheet()
    if before is not None:
        before(sheet.canvas, lambda y: sheet.height - y)
    sheet.text(60, 60, "以下为本机关本年度收到和处理申请的数据，请对照阅读。")
    cells = [(r, c, 1, 1, "" if (r, c) == skip else text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    sheet.table(XS, YS, cells)
    draw(sheet.canvas, lambda y: sheet.height - y)
    return sheet.data()


def text(canvas: Canvas, x: float, y: float, shown: str, size: float = 9.0) -> None:
    canvas.setFont(FONT, size)
    canvas.drawString(x, 842 - y, shown)


def figures(document: Document) -> list[str]:
    """The four figures, row by row; ``?`` for a cell declared unread."""
    (table,) = tables(document)
    return ["?" if cell.confidence <= 0 else cell.text for cell in table.cells if cell.row and cell.column]


def codes(document: Document) -> set[str]:
    return {problem.code for problem in document.problems}


X, Y = 185.4, 142.15  # where the text of the first figure begins
EXACT = ["73", "18", "71", "20"]


def nothing(canvas: Canvas, up: Callable[[float], float]) -> None:
    """Draws nothing."""


def test_plain_table_is_read_without_a_look() -> None:
    document = read(sheet_with(nothing))
    assert figures(document) == EXACT
    assert not document.problems


def test_line_through_an_old_value_takes_it_out() -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        text(canvas, X + 14, Y, "9")
        canvas.line(X + 13.5, up(Y - 3.4), X + 19, up(Y - 3.4))

    document = read(sheet_with(draw))
    assert figures(document) == EXACT
    assert "READ-STRUCK" in codes(document)


def test_cell_of_which_all_is_struck_out_is_unread() -> None:
    document = read(sheet_with(lambda canvas, up: canvas.line(X - 0.5, up(Y - 3.4), X + 9.5, up(Y - 3.4))))
    assert figures(document) == ["?", *EXACT[1:]]


def test_rule_of_a_tight_row_strikes_nothing_out() -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.line(XS[0], up(Y - 3.4), XS[-1], up(Y - 3.4))

    assert "READ-STRUCK" not in codes(read(sheet_with(draw)))


@pytest.mark.parametrize("mark", ["1", "①", "(2)", "*"])
def test_raised_note_mark_is_no_digit(mark: str) -> None:
    assert figures(read(sheet_with(lambda canvas, up: text(canvas, X + 9.2, Y - 3.6, mark, 5.0)))) == EXACT


def test_figure_in_two_fonts_on_one_line_keeps_all_digits() -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        text(canvas, X, Y, "7")
        canvas.setFont("Helvetica", 9)
        canvas.drawString(X + 4.7, up(Y), "3")

    assert figures(read(sheet_with(draw, skip=(1, 1)))) == EXACT


def test_white_box_covers_the_old_value() -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.setFillColor(white)
        canvas.rect(X - 3, up(Y + 4), 40, 14, stroke=0, fill=1)
        canvas.setFillColor(HexColor(0))
        text(canvas, X, Y, "64")

    document = read(sheet_with(draw))
    assert figures(document) == ["64", *EXACT[1:]]
    assert "READ-COVERED" in codes(document)


def test_white_box_without_a_new_value_leaves_a_blank() -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.setFillColor(white)
        canvas.rect(X - 3, up(Y + 4), 40, 14, stroke=0, fill=1)

    assert figures(read(sheet_with(draw))) == ["", *EXACT[1:]]


def test_black_bar_over_a_value_makes_it_unread() -> None:
    assert figures(read(sheet_with(lambda canvas, up: canvas.rect(X - 3, up(Y + 4), 40, 14, stroke=0, fill=1)))) == ["?", *EXACT[1:]]


def test_shading_painted_before_its_text_covers_nothing() -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.setFillColor(HexColor(0xDDDDDD))
        canvas.rect(XS[1] + 1, up(YS[2] - 1), 78, 24, stroke=0, fill=1)
        canvas.setFillColor(HexColor(0))
        text(canvas, X, Y, "73")

    assert figures(read(sheet_with(draw, skip=(1, 1)))) == EXACT


@pytest.mark.parametrize("colour", [white, Color(0, 0, 0, alpha=0.0), HexColor(0xFCFCFC)])
def test_text_that_nobody_sees_is_not_read(colour: Color) -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.setFillColor(colour)
        text(canvas, X + 14, Y, "9")

    document = read(sheet_with(draw))
    assert figures(document) == EXACT
    assert "READ-HIDDEN-TEXT" in codes(document)


def test_white_text_on_a_dark_ground_is_read() -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.setFillColor(HexColor(0x1F3864))
        canvas.rect(XS[1] + 1, up(YS[2] - 1), 78, 24, stroke=0, fill=1)
        canvas.setFillColor(white)
        text(canvas, X, Y, "73")

    assert figures(read(sheet_with(draw, skip=(1, 1)))) == EXACT


def test_text_outside_its_clip_is_not_read() -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(400, 400, 10, 10)
        canvas.clipPath(path, stroke=0, fill=0)
        text(canvas, X + 14, Y, "9")
        canvas.restoreState()

    assert figures(read(sheet_with(draw))) == EXACT


def test_hidden_layer_is_not_read() -> None:
    assert figures(read(with_layer(on=False))) == EXACT


def test_layer_that_is_shown_is_read() -> None:
    assert figures(read(with_layer(on=True))) == ["739", *EXACT[1:]]


def with_layer(*, on: bool) -> bytes:
    """A digit more in a layer of optional content, shown or not."""
    sheet = Sheet()
    cells = [(r, c, 1, 1, shown) for r, row in enumerate(ROWS) for c, shown in enumerate(row)]
    sheet.table(XS, YS, cells)
    canvas = sheet.canvas
    canvas._code.append("/OC /MC0 BDC")
    text(canvas, X + 9.2, Y, "9")
    canvas._code.append("EMC")
    layer = canvas._doc.Reference(pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("OCG"), "Name": pdfdoc.PDFString("old")}))
    state = {"ON" if on else "OFF": pdfdoc.PDFArray([layer]), "Order": pdfdoc.PDFArray([layer])}
    canvas._doc.Catalog.OCProperties = pdfdoc.PDFDictionary({"OCGs": pdfdoc.PDFArray([layer]), "D": pdfdoc.PDFDictionary(state)})
    canvas._doc.Catalog.__NoDefault__ = [*canvas._doc.Catalog.__NoDefault__, "OCProperties"]
    original = pdfdoc.PDFResourceDictionary.basicFonts

    def with_properties(self: pdfdoc.PDFResourceDictionary) -> None:
        original(self)
        self.Properties = {"MC0": layer}

    pdfdoc.PDFResourceDictionary.basicFonts = with_properties
    try:
        return sheet.data()
    finally:
        pdfdoc.PDFResourceDictionary.basicFonts = original


def picture_of(shown: str) -> ImageReader:
    image = Image.new("RGB", (120, 60), "white")
    ImageDraw.Draw(image).text((30, 10), shown, fill="black", font_size=40)
    return ImageReader(image)


def test_picture_in_a_cell_is_unread_and_not_blank() -> None:
    document = read(sheet_with(lambda canvas, up: canvas.drawImage(picture_of("73"), X, up(Y + 4), 36, 18), skip=(1, 1)))
    assert figures(document) == ["?", *EXACT[1:]]
    assert "READ-INK" in codes(document)


def test_picture_painted_over_a_value_is_unread() -> None:
    document = read(sheet_with(lambda canvas, up: canvas.drawImage(picture_of("75"), X - 2, up(Y + 4), 36, 18)))
    assert figures(document) == ["?", *EXACT[1:]]


def test_outlined_figure_is_unread_and_not_blank() -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        path = canvas.beginPath()
        path.moveTo(X, up(Y))
        path.curveTo(X + 8, up(Y), X + 8, up(Y - 8), X, up(Y - 8))
        path.curveTo(X + 4, up(Y - 7), X + 4, up(Y - 1), X, up(Y))
        path.curveTo(X + 1, up(Y), X + 1, up(Y), X, up(Y))
        canvas.drawPath(path, stroke=0, fill=1)

    assert figures(read(sheet_with(draw, skip=(1, 1)))) == ["?", *EXACT[1:]]


def test_logo_and_seal_beside_the_table_cost_no_cell() -> None:
    document = read(sheet_with(lambda canvas, up: canvas.drawImage(picture_of("章"), 400, up(400), 80, 80)))
    assert figures(document) == EXACT


@pytest.mark.parametrize("place", [(90.0, 150.0), (60.0, 170.0)])
def test_pale_level_watermark_is_no_part_of_cells(place: tuple[float, float]) -> None:
    def before(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.setFillColor(HexColor(0xC8C8C8))
        for y in (place[1], place[1] + 300):
            text(canvas, place[0], y, "云杉区档案局 内部资料", 30.0)
        canvas.setFillColor(HexColor(0))

    document = read(sheet_with(nothing, before=before))
    assert figures(document) == EXACT
    assert not any("内部" in line for line in prose(document))


def test_tiled_small_watermark_is_no_part_of_cells() -> None:
    def before(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.setFillColor(HexColor(0xD0D0D0))
        for row in range(12):
            for column in range(5):
                text(canvas, 40 + 110 * column, 60 + 60 * row, "云杉区档案局专用", 9.0)
        canvas.setFillColor(HexColor(0))

    assert figures(read(sheet_with(nothing, before=before))) == EXACT


def test_grey_figures_are_no_watermark() -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.setFillColor(HexColor(0x999999))
        text(canvas, X, Y, "73")

    assert figures(read(sheet_with(draw, skip=(1, 1)))) == EXACT


def test_white_lines_rule_nothing_on_white_paper() -> None:
    def before(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.setStrokeColor(white)
        for x in range(70, 340, 9):
            canvas.line(x, up(YS[0]), x, up(YS[-1]))
        canvas.setStrokeColor(HexColor(0))

    assert figures(read(sheet_with(nothing, before=before))) == EXACT


@pytest.mark.parametrize("drawn", [True, False])
def test_form_field_is_read_by_its_value(drawn: bool) -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.acroForm.textfield(name="a", value="73", x=XS[1] + 2, y=up(YS[2] - 2), width=76, height=22, fontSize=9, borderWidth=0)

    data = sheet_with(draw, skip=(1, 1))
    if not drawn:  # as programs that fill forms leave it: a value, and no drawing of it
        data = data.replace(b"/AP <<", b"/XX <<").replace(b"/AP\n", b"/XX\n")
    assert figures(read(data)) == EXACT


def free_text(shown: str, flags: int = 4, *, up_by: float = 0, along: float = 0) -> Draw:
    """A comment typed over the first figure, with an appearance of its own on white ground; its text stands ``up_by`` points higher and
    ``along`` points further right than that figure.
    """

    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        name = f"typed{flags}"
        canvas.beginForm(name, 0, 0, 40, 16)
        canvas.setFillColor(white)
        canvas.rect(0, 0, 40, 16, stroke=0, fill=1)
        canvas.setFillColor(HexColor(0))
        canvas.setFont("Helvetica", 9)
        canvas.drawString(4 + along, 4 + up_by, shown)
        canvas.endForm()
        form = canvas._doc.Reference(canvas._doc.idToObject[canvas._doc.getXObjectName(name)], canvas._doc.getXObjectName(name))
        rect = pdfdoc.PDFArray([X - 4, up(Y + 4), X + 36, up(Y - 12)])
        entries = {
            "Type": pdfdoc.PDFName("Annot"),
            "Subtype": pdfdoc.PDFName("FreeText"),
            "Rect": rect,
            "Contents": pdfdoc.PDFString(shown),
            "DA": pdfdoc.PDFString("/Helv 9 Tf 0 g"),
            "F": flags,
            "AP": pdfdoc.PDFDictionary({"N": form}),
        }
        canvas._addAnnotation(pdfdoc.PDFDictionary(entries))

    return draw


def test_comment_typed_over_a_value_is_what_is_read() -> None:
    assert figures(read(sheet_with(free_text("64")))) == ["64", *EXACT[1:]]


@pytest.mark.parametrize("up_by", [-3.5, -2.0, 0.0, 2.0, 3.5, 5.0])
@pytest.mark.parametrize("along", [-3.0, 0.0, 3.0])
def test_comment_leaves_nothing_of_what_it_covers(up_by: float, along: float) -> None:
    rows = (ROWS[0], ("申请", "738", "18"), ROWS[2])
    document = read(sheet_with(free_text("73", up_by=up_by, along=along), rows=rows))
    assert figures(document) in (EXACT, ["?", *EXACT[1:]])


def test_hidden_comment_is_not_read() -> None:
    assert figures(read(sheet_with(free_text("64", flags=2)))) == EXACT


def test_two_pages_on_one_sheet_are_read_one_after_the_other() -> None:
    sheet = Sheet(842.0, 595.0)
    first, second = "左边这一页的正文写了很多字以便成行甲", "右边这一页的正文也写了很多字以便成行"
    sheet.text(600, 60, "二、第二部分", 14.0)
    for number in range(4):
        sheet.text(60, 80 + 20 * number, f"{first}{number}。")
        sheet.text(481, 80 + 20 * number, f"{second}{number}。")
    document = read(sheet.data())
    assert "".join(prose(document)).index(f"{second}0") > "".join(prose(document)).index(f"{first}3")
    assert {block.location.page for block in document.blocks} == {1}
    assert document.pages == 1
    assert max(block.location.box[0] for block in document.blocks if block.location.box) > 450


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_decimal_point_keeps_its_place_on_a_turned_page(angle: int) -> None:
    """The page is turned and its content turned back, so that it displays upright."""
    sheet = Sheet()
    canvas = sheet.canvas
    canvas.setPageRotation(angle)
    if angle == 90:
        canvas.translate(842, 0)
    elif angle == 180:
        canvas.translate(595, 842)
    else:
        canvas.translate(0, 595)
    canvas.rotate(angle)
    height = 842
    for row, line in enumerate((("收费金额", "29.23"), ("单位", "1,204.5"))):
        for column, shown in enumerate(line):
            x, y = 60 + 120 * column, height - 100 - 26 * row
            canvas.rect(x, y - 8, 120, 26)
            canvas.setFont(FONT, 9)
            canvas.drawString(x + 40, y, shown)
    (table,) = tables(read(sheet.data()))
    assert [cell.text for cell in table.cells] == ["收费金额", "29.23", "单位", "1,204.5"]


def test_attached_report_is_named() -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(sheet_with(nothing))
    document.new_attachment("云杉区档案局年度报告.docx").set_data(b"PK")
    document.new_attachment("source.xml").set_data(b"<a/>")
    buffer = io.BytesIO()
    document.save(buffer)
    (problem,) = read(buffer.getvalue()).problems
    assert (problem.code, problem.details["what"]) == ("READ-EMBEDDED", "云杉区档案局年度报告.docx")


def with_other_words(shown: str, told: str) -> bytes:
    """A figure for which the file has other words."""

    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas._code.append(f"/Span <</ActualText <FEFF{told.encode('utf-16-be').hex()}>>> BDC")
        text(canvas, X, Y, shown)
        canvas._code.append("EMC")

    return sheet_with(draw, skip=(1, 1))


@pytest.mark.parametrize("told", ["18", "7", "739", ""])
def test_other_words_for_a_figure_are_not_read(told: str) -> None:
    assert figures(read(with_other_words("73", told))) == EXACT


def test_other_words_for_a_word_are_read() -> None:
    (table,) = tables(read(with_other_words("\u2f06十三", "二十三")))
    assert "二十三" in [cell.text for cell in table.cells]


@pytest.mark.parametrize("beside", ["", "18"])
def test_figure_that_runs_over_the_rule_makes_both_cells_unread(beside: str) -> None:
    rows = (ROWS[0], ("申请", "", beside), ROWS[2])
    assert figures(read(sheet_with(lambda canvas, up: text(canvas, X + 57, Y, "12345"), rows=rows))) == ["?", "?", "71", "20"]


@pytest.mark.parametrize(("shown", "expected"), [(0.8, "?"), (0.5, "?"), (0.05, "")])
def test_figure_of_which_a_part_is_clipped_off(shown: float, expected: str) -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(X - 2, up(Y) + 7 * (1 - shown), 30, 20)
        canvas.clipPath(path, stroke=0, fill=0)
        text(canvas, X, Y, "73")
        canvas.restoreState()

    assert figures(read(sheet_with(draw, skip=(1, 1)))) == [expected, *EXACT[1:]]


@pytest.mark.parametrize(("x", "y"), [(9.2, 1.5), (-2.6, 1.5), (9.2, 0.0)])
def test_small_figure_beside_a_figure_makes_it_unread(x: float, y: float) -> None:
    assert figures(read(sheet_with(lambda canvas, up: text(canvas, X + x, Y + y, "1", 5)))) == ["?", *EXACT[1:]]


@pytest.mark.parametrize(("across", "down", "expected"), [(-1, 1, "?"), (1, -1, "?"), (1, 1, "73")])
def test_mirrored_figure_is_unread(across: int, down: int, expected: str) -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.saveState()
        canvas.translate(X + 5, up(Y - 3.5))
        canvas.scale(across, down)
        canvas.setFont(FONT, 9)
        canvas.drawString(-4.6, -3.5, "73")
        canvas.restoreState()

    assert figures(read(sheet_with(draw, skip=(1, 1)))) == [expected, *EXACT[1:]]


STROKES: dict[str, Draw] = {
    "minus": lambda canvas, up: canvas.line(X - 3.5, up(Y - 3.2), X - 0.8, up(Y - 3.2)),
    "minus as a filled box": lambda canvas, up: canvas.rect(X - 4.5, up(Y - 3.2), 3.8, 0.6, stroke=0, fill=1),
    "point": lambda canvas, up: canvas.rect(X + 4.3, up(Y), 0.8, 0.8, stroke=0, fill=1),
    "round point": lambda canvas, up: canvas.circle(X + 4.6, up(Y), 0.5, stroke=0, fill=1),
    "one": lambda canvas, up: canvas.line(X + 11, up(Y), X + 11, up(Y - 7)),
    "slash": lambda canvas, up: canvas.line(X + 11, up(Y), X + 14, up(Y - 7)),
}


@pytest.mark.parametrize("name", STROKES)
def test_stroke_drawn_as_part_of_a_figure_makes_it_unread(name: str) -> None:
    assert figures(read(sheet_with(STROKES[name]))) == ["?", *EXACT[1:]]


def dotted(canvas: Canvas, up: Callable[[float], float]) -> None:
    """A dotted line below the first figure."""
    for number in range(12):
        canvas.rect(X + 3 * number, up(Y + 1.0), 0.8, 0.8, stroke=0, fill=1)


HARMLESS: dict[str, Draw] = {
    "underlined": lambda canvas, up: canvas.line(X - 1, up(Y + 1.5), X + 10, up(Y + 1.5)),
    "on dots": dotted,
    "in a field that fills its cell": lambda canvas, up: canvas.rect(XS[1] + 2, up(YS[2] - 2), 76, 22, stroke=1, fill=0),
    "in a field with round corners": lambda canvas, up: canvas.roundRect(X - 4, up(Y + 3.5), 60, 14, 1.6, stroke=1, fill=0),
    "in a box": lambda canvas, up: canvas.rect(X - 2, up(Y + 4), 14, 14, stroke=1, fill=0),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_figure_that_is_underlined_or_framed_is_read(name: str) -> None:
    assert figures(read(sheet_with(HARMLESS[name]))) == EXACT


@pytest.mark.parametrize("first", ["note", "struck"])
def test_notes_and_struck_digits_are_known_ink_where_a_page_is_looked_at(first: str) -> None:
    def draw(canvas: Canvas, up: Callable[[float], float]) -> None:
        canvas.setFillColor(white)
        canvas.rect(XS[2] + 30, up(YS[2] - 3), 20, 5, stroke=0, fill=1)  # something painted over the table: the page is looked at
        canvas.setFillColor(HexColor(0))
        if first == "note":
            text(canvas, X + 10.5, Y - 5, "1", 5.5)
        else:
            text(canvas, X + 16, Y, "8")
            canvas.line(X + 15, up(Y - 3.2), X + 22, up(Y - 3.2))

    assert figures(read(sheet_with(draw))) == EXACT


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_values_printed_over_a_cover_are_read_on_pages_that_lie_over(turn: int) -> None:
    """Also the digit that was there before: pdfium tells what stands twice at one place only once."""
    style = PdfStyle(flaw="whiteout", turn=turn, size=7.5, row_height=26, landscape=True)
    made = balanced_plan(3, size="medium", year=2024)
    facts = extract_bytes(to_pdf(made, style), "a.pdf", load_rulebook()).facts
    assert {fact.key: fact.raw for fact in facts} == made.facts
