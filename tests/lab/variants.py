"""The family of layouts: a seed chooses a report, what it says, and how it is printed, and names every choice as a feature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from tests.lab.compose import (
    DocxStyle,
    GridOptions,
    HtmlStyle,
    PdfStyle,
    ReportPlan,
    TextStyle,
    XlsxStyle,
    balanced_plan,
    to_docx,
    to_html,
    to_pdf,
    to_text,
    to_xlsx,
)
from tests.lab.compose.flaws import Flaw
from tests.lab.compose.ofd import OfdStyle, to_ofd
from tests.lab.compose.plan import Prose, era_format, table_format
from tests.lab.compose.wrap import Wear, to_mht, to_scan, to_zip
from tests.lab.mutate import DEFECTS, Defect, plant

FILE_KINDS = ("text", "docx", "html", "pdf", "xlsx")
"""Written by libraries alone."""
WRAPPED_KINDS = ("mht", "zip", "ofd", "scan")
"""Made from one of them: a saved page, an archive with a Word file, the pages of a PDF as OFD, a PDF of pictures of the pages."""
OFFICE_KINDS = ("doc", "rtf", "xls", "pdf_libreoffice", "docx_libreoffice", "pdf_chromium")
"""Need a program; the first part is made from a DOCX or an HTML file."""
SUFFIX = {"text": "txt", "docx": "docx", "html": "html", "pdf": "pdf", "xlsx": "xlsx", "memory": "mem"}
SUFFIX |= {"mht": "mht", "zip": "zip", "ofd": "ofd", "scan": "pdf"}
SUFFIX |= {"doc": "docx", "rtf": "docx", "xls": "xlsx", "pdf_libreoffice": "docx", "docx_libreoffice": "html", "pdf_chromium": "html"}

_EMBEDDED_FONT = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")


_FLAWS: tuple[Flaw, ...] = ("none", "strike", "note", "whiteout", "field", "watermark")
"""What was done by hand to the figures of a PDF."""
_WORD_FLAWS: tuple[Flaw, ...] = ("none", "strike", "note", "whiteout", "hidden", "tracked", "field")
_PAGE_FLAWS: tuple[Flaw, ...] = ("none", "strike", "note", "whiteout", "hidden", "tracked", "field")
_LOST = ("field", "tracked", "hidden")
"""Flaws of a page that do not survive where LibreOffice makes a Word file of it: it leaves them out, or shows what the page hides."""
_BOOK_FLAWS: tuple[Flaw, ...] = ("none", "strike", "note", "whiteout")
_OFD_FLAWS: tuple[Flaw, ...] = ("none", "strike", "note", "whiteout")
_JOINED = ("text", "docx", "html", "pdf", "doc", "rtf", "zip", "mht", "pdf_libreoffice", "pdf_chromium", "docx_libreoffice")
"""Kinds of which some files hold two reports."""
_CUT = tuple(kind for kind in (*FILE_KINDS, *WRAPPED_KINDS, *OFFICE_KINDS) if kind != "scan")
_FIGURES = ("DejaVuSerif.ttf", "Vera.ttf", "DejaVuSansMono.ttf", "DejaVuSerif-Bold.ttf")
"""Fonts for figures alone, embedded; the one that reportlab carries stands for those that a machine does not have."""


@dataclass(frozen=True)
class Case:
    """One document to make. ``data`` renders the file (for office kinds: the source of the conversion).

    ``others`` are the reports that follow in the same file; ``kept`` is the share of the file's bytes that is left of it.
    """

    number: int
    kind: str
    plan: ReportPlan
    features: frozenset[str]
    render: Callable[..., bytes] | None
    defect: Defect | None = None
    others: tuple[ReportPlan, ...] = ()
    kept: float = 1.0

    @property
    def name(self) -> str:
        return f"{self.number:05d}_{self.kind}"


def make_case(number: int, seed: int, kind: str, *, defects: bool = True) -> Case:
    """The case of this number. The same (number, seed, kind) always gives the same case."""
    random = Random(f"{seed}/{number}/{kind}")
    layout = random.choices(("layout_2021", "layout_2019", "layout_stat"), (6, 3, 1))[0]
    size = random.choices(("zero", "small", "medium", "large", "huge"), (1, 3, 3, 2, 1))[0]
    plan = balanced_plan(random.randrange(10**6), layout, size)
    features = {layout, f"size_{size}"}
    defect = None
    if defects and random.random() < 0.35:
        defect = random.choice(DEFECTS)
        planted = plant(plan, defect, seed)
        plan, defect = (planted.plan, planted.defect) if planted is not None else (plan, None)
    if layout != "layout_stat":
        plan = _vary_grid(plan, random, features, tame=kind in ("text",))
        plan = _vary_rows(plan, random, features, clean=defect is None)
        plan = _vary_labels(plan, random, features)
    plan = _vary_titles(plan, random, features)
    render = _printer(kind, random, Random(f"{seed}/{number}/{kind}/late"), features)
    plan = _vary_numbers(plan, random, features, clean=defect is None, blanks="text_spaces" not in features)
    whole = Random(f"{seed}/{number}/{kind}/whole")
    others: tuple[ReportPlan, ...] = ()
    kept = 1.0
    if defect is None and kind in _CUT and whole.random() < 0.04:
        features.add("file_cut")
        kept = whole.uniform(0.3, 0.98)
    elif defect is None and kind in _JOINED and layout != "layout_stat" and whole.random() < 0.05:
        features.add("file_of_two")
        others = (balanced_plan(whole.randrange(10**6), layout, size),)
    return Case(number, kind, plan, frozenset(features), render, defect, others, kept)


def _vary_grid(plan: ReportPlan, random: Random, features: set[str], *, tame: bool) -> ReportPlan:
    options = GridOptions(
        label_columns=random.choices((3, 2, 1), (6, 1, 2))[0],
        group_rows=random.random() < 0.7,
        base=random.choice((3, 6)),
        split_t2=random.random() < 0.1,
        side_blocks=not tame and random.random() < 0.1,
        split_t4=random.random() < 0.1,
        corner_note=random.choices(("cell", "before", "none"), (7, 2, 1))[0],
        vertical_outcome=random.random() < 0.2,
        two_line_headers=random.random() < 0.2,
        merges="merged" if tame else random.choices(("merged", "blank", "repeat"), (10, 1, 1))[0],
    )
    if options.merges != "merged":
        features.add(f"unmerged_{options.merges}")
    features.add(f"label_columns_{options.label_columns}" + ("" if options.label_columns != 1 or options.group_rows else "_no_groups"))
    features |= {name for name in ("split_t2", "side_blocks", "split_t4", "two_line_headers") if getattr(options, name)}
    if options.vertical_outcome and options.label_columns == 3:
        features.add("vertical_label")
    if options.corner_note != "cell":
        features.add(f"corner_note_{options.corner_note}")
    return replace(plan, grid=options)


def _vary_rows(plan: ReportPlan, random: Random, features: set[str], *, clean: bool) -> ReportPlan:
    layout = plan.layouts.get("t3")
    form = table_format(layout, "t3") if layout else None
    if clean and random.random() < 0.08:
        features.add("extra_row")
        plan = replace(plan, extra_rows=(("t3", "denied_admin_query", "9.其他情形", ("0",) * 7),))
    if clean and "t2" in plan.layouts and random.random() < 0.1:
        features.add("other_public_doc")
        columns = next(row.columns for row in table_format(plan.layouts["t2"], "t2").rows if row.key == "other_public_doc")
        plan = replace(plan, facts=dict(plan.facts) | {f"t2.other_public_doc.{column}": str(random.randint(0, 9)) for column in columns})
    if clean and form is not None and random.random() < 0.06:
        row = random.choice(("denied_safety", "rejected_mass", "unable_unclear", "granted"))
        features.add("missing_row")
        plan = replace(plan, omit=plan.omit | {f"t3.{row}"})
    elif clean and form is not None and random.random() < 0.05:
        features.add("column_order")
        keys = [column.key for column in form.columns]
        inner = keys[1:-1]
        random.shuffle(inner)
        plan = replace(plan, order={"t3/columns": (keys[0], *inner, keys[-1])})
    elif clean and form is not None and random.random() < 0.05:
        features.add("row_order")
        rows = [row.key for row in form.rows]
        inner = [key for key in rows if key.startswith("denied_")]
        at = rows.index(inner[0])
        random.shuffle(inner)
        plan = replace(plan, order={"t3/rows": (*rows[:at], *inner, *rows[at + len(inner) :])})
    return plan


def _vary_labels(plan: ReportPlan, random: Random, features: set[str]) -> ReportPlan:
    """Labels as careless typists print them: other marks after numbers, other quotes, accepted variants."""
    labels = dict(plan.labels)
    way = random.choices(("official", "comma_numbers", "straight_quotes", "variants", "spaced"), (6, 1, 1, 2, 1))[0]
    if way == "official":
        return plan
    features.add(f"labels_{way}")
    for table, layout in plan.layouts.items():
        form = table_format(layout, table)
        for row in form.rows:
            if way == "comma_numbers" and row.label[1:2] == ".":
                labels[f"{table}/row/{row.key}"] = row.label.replace(".", "、", 1)
            elif way == "straight_quotes" and "“" in row.label:
                labels[f"{table}/row/{row.key}"] = row.label.replace("“", '"').replace("”", '"')
            elif way == "spaced" and table == "t2":
                labels[f"{table}/row/{row.key}"] = " ".join((row.label[:2], row.label[2:])).strip()
        if way == "variants" and table in ("t2", "t3"):
            for column in form.columns:
                # a variant that another column of the table also goes by would be no fair label
                fair = [text for text in column.variants if sum(text in (other.label, *other.variants) for other in form.columns) == 1]
                if fair and random.random() < 0.5:
                    labels[f"{table}/column/{column.key}"] = random.choice(fair)
        if way == "spaced" and table == "t2":
            for group in form.groups:
                labels[f"{table}/group/{group.key}"] = group.label.replace("第（", "第 （")
    if way == "variants" and "t3" in plan.layouts:
        labels["t3/row/partial"] = "（二）部分公开"
        labels["t3/row/carried_forward"] = "四、结转下一年度继续办理"
    return replace(plan, labels=labels)


def _vary_titles(plan: ReportPlan, random: Random, features: set[str]) -> ReportPlan:
    if random.random() < 0.2:
        features.add("title_year_first")
        plan = replace(plan, title=f"{plan.year}年{plan.agency}政府信息公开工作年度报告")
    if random.random() < 0.15:
        features.add("section_title_variants")
        variants = {entry.key: entry.variants for entry in era_format(plan.year).sections}
        sections = tuple(
            replace(entry, title=random.choice(variants[entry.key])) if entry.title is None and variants.get(entry.key) else entry
            for entry in plan.sections
        )
        plan = replace(plan, sections=sections)
    if random.random() < 0.05:
        features.add("covering_letter")
        plan = replace(plan, lead=("关于报送年度报告的函", "现将我单位的年度报告报上，请予审阅。", plan.agency))
    if random.random() < 0.25:
        features.add("inline_headings")
        plan = replace(plan, sections=tuple(replace(entry, prose=_inline(entry.prose)) for entry in plan.sections))
    if random.random() < 0.15:
        features.add("prose_before_table")
        lead = Prose("有关数据见下表。")
        plan = replace(
            plan, sections=tuple(replace(entry, prose=(*entry.prose, lead)) if entry.tables else entry for entry in plan.sections)
        )
    return plan


def _inline(prose: tuple[Prose, ...]) -> tuple[Prose, ...]:
    """Sub-headings at the beginning of their paragraph: （一）主动公开。本年度……"""
    out: list[Prose] = []
    for line in prose:
        if out and out[-1].heading and not line.heading:
            out[-1] = Prose(f"{out[-1].text}。{line.text}")
        else:
            out.append(line)
    return tuple(out)


def _vary_numbers(plan: ReportPlan, random: Random, features: set[str], *, clean: bool, blanks: bool) -> ReportPlan:
    """``blanks``: an empty cell leaves a trace. Where it does not, nobody could say which cell is empty, and none is printed."""
    style = random.choices(("plain", "full_width", "thousands", "padded", "nbsp", "notes", "units"), (9, 1, 1, 1, 1, 1, 1))[0]
    zero = random.choices(("0", "", "-", "—", "/", "无"), (12, 2, 1, 1, 1, 1))[0] if clean else "0"
    zero = zero if zero or blanks else "0"
    features.add(f"numbers_{style}")
    features.add({"0": "zeros_printed", "": "zeros_blank", "无": "zeros_word"}.get(zero, "zeros_dash"))
    facts = {}
    filled = set(plan.layouts)
    for key, text in plan.facts.items():
        if text == "0" and zero != "0" and key[:2] in filled:
            facts[key] = zero
        else:
            facts[key] = _printed(text, style, random)
    plan = replace(plan, facts=_keep_a_number(plan, facts))
    if clean and "t3" in plan.layouts and not plan.omit and not plan.order and random.random() < 0.04:
        features.add("row_printed_twice")
        form = table_format(plan.layouts["t3"], "t3")
        label = plan.labels.get("t3/row/granted", next(row.label for row in form.rows if row.key == "granted"))
        again = tuple(plan.facts[f"t3.granted.{column.key}"] for column in form.columns)
        plan = replace(plan, extra_rows=(*plan.extra_rows, ("t3", "granted", label, again)))
    return plan


def _keep_a_number(plan: ReportPlan, facts: dict[str, str]) -> dict[str, str]:
    """A table is never wholly blank: that would be another document (the unfilled form)."""
    for table in plan.layouts:
        keys = [key for key in facts if key.startswith(table + ".")]
        if keys and not any(character.isdigit() for key in keys for character in facts[key]):
            facts |= {key: plan.facts[key] for key in keys}
    return facts


def _printed(text: str, style: str, random: Random) -> str:
    if style == "full_width":
        return text.translate({ord(a): ord(b) for a, b in zip("0123456789.", "０１２３４５６７８９．", strict=True)})
    if style == "thousands" and text.isdigit() and len(text) > 3:
        return f"{int(text):,}"
    if style == "padded":
        return f" {text}  "
    if style == "nbsp":
        return f"\u00a0{text}\u00a0"
    if style == "units" and text.isdigit():
        return f"{text}件"
    if style == "notes" and text.isdigit() and len(text) == 2 and random.random() < 0.1:
        return f"{text}（其中修订{text[0]}件）"
    return text


def _worn(random: Random, features: set[str]) -> tuple[str | None, Wear | None, bool]:
    """Another font for figures, what the paper has been through, and whether the scan is grey."""
    figures = random.choice((None, None, None, *_FIGURES))
    seal, pen, photo = (random.random() < chance for chance in (0.15, 0.12, 0.1))
    grey = random.random() < 0.4
    names = (("font", figures), ("seal", seal), ("pen", pen), ("photo", photo), ("colour", not grey))
    features |= {f"scan_{name}" for name, on in names if on}
    if not (seal or pen or photo):
        features.add("scan_flat")
        return figures, None, grey
    return figures, Wear(seal=seal, pen=pen, photo=photo, seed=f"{random.random()}"), grey


def _flaw(choice: tuple[Flaw, ...], late: Random, features: set[str]) -> Flaw:
    """What was done to some figures: nothing in about half of the files."""
    flaw = late.choices(choice, (len(choice), *(1 for _ in choice[1:])))[0]
    if flaw != "none":
        features.add(f"flaw_{flaw}")
    return flaw


def _printer(kind: str, random: Random, late: Random, features: set[str]) -> Callable[..., bytes] | None:
    """``late``: chance for choices added later, so that the earlier ones stay what they were."""
    if kind == "text":
        style = TextStyle(
            flavour=random.choice(
                (
                    *("tab_cells", "tab_cells", "cell_lines", "tabs", "pipes", "markdown", "spaces"),
                    *("bar_lines", "bar_below", "bar_ends", "bar_frame"),
                )
            ),
            merged=random.choice(("empty", "omitted")),
            encoding=random.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16")),
            newline=random.choice(("\n", "\r\n")),
            indent=random.choice(("", "　　")),
        )
        features |= {f"text_{style.flavour}", f"text_merged_{style.merged}", f"text_{style.encoding}"}
        return lambda plan, *more: to_text(plan, style, *more)
    if kind in ("docx", "doc", "rtf", "pdf_libreoffice", "zip"):
        word = DocxStyle(
            font=random.choice(("仿宋", "宋体", "黑体", "Noto Sans CJK SC")),
            size=random.choice((9, 10.5, 12, 14)),
            headings=random.choice(("styles", "bold", "plain")),
            numbering=random.choices(("typed", "automatic"), (3, 1))[0],
            text_box=kind == "docx" and random.random() < 0.05,
            nested=kind == "docx" and random.random() < 0.05,
            split_rows=random.choice((None, None, None, None, 9)),
            runs=random.choice((None, None, 1, 3)),
            header=random.choice((None, "政府信息公开工作年度报告")),
            footer=random.choice((None, "第 1 页")),
            widths=random.choice(("even", "narrow_labels")),
        )
        features |= {f"word_headings_{word.headings}", f"word_numbering_{word.numbering}"}
        features |= {
            name for name, on in (("word_text_box", word.text_box), ("word_nested", word.nested), ("word_split", word.split_rows)) if on
        }
        word = replace(word, flaw=_flaw(_WORD_FLAWS, late, features))
        if kind == "zip":
            return lambda plan, *more: to_zip({"年度报告.docx": to_docx(plan, word, *more)})
        return lambda plan, *more: to_docx(plan, word, *more)
    if kind in ("html", "mht", "docx_libreoffice", "pdf_chromium"):
        page = HtmlStyle(
            body=random.choice(("paragraphs", "divs", "spans", "semantic")),
            layout_table=kind == "html" and random.random() < 0.2,
            furniture=random.random() < 0.6,
            header_cells=random.random() < 0.3,
            nbsp=random.choice(("none", "before", "around", "blank")),
            unclosed=random.random() < 0.15,
            charset=random.choice(("utf-8", "utf-8", "gb18030")),
            paragraphs_in_cells=random.random() < 0.3,
        )
        features |= {f"html_{page.body}", f"html_nbsp_{page.nbsp}", f"html_{page.charset}"}
        features |= {f"html_{name}" for name in ("layout_table", "furniture", "header_cells", "unclosed") if getattr(page, name)}
        kept = tuple(flaw for flaw in _PAGE_FLAWS if kind != "docx_libreoffice" or flaw not in _LOST)
        page = replace(page, flaw=_flaw(kept, late, features))
        if kind == "mht":
            return lambda plan, *more: to_mht(to_html(plan, page, *more), page.charset)
        return lambda plan, *more: to_html(plan, page, *more)
    if kind == "scan":
        font = str(_EMBEDDED_FONT) if _EMBEDDED_FONT.is_file() else "STSong-Light"
        sheet = PdfStyle(font=font, size=random.choice((9, 10.5)), borders=random.choice(("lines", "boxes")))
        dpi, skew = random.choice((150, 200, 300)), random.choice((0.0, 0.0, 0.4, -0.7, 1.8))
        noise, blur = random.choice((0.0, 0.0, 12.0, 25.0)), random.choice((0.0, 0.0, 0.5)) * dpi / 150
        quality = random.choice((None, 85, 60))
        features |= {f"scan_{dpi}_dpi"} | {
            name
            for name, on in (("scan_skewed", skew), ("scan_noisy", noise), ("scan_blurred", blur), ("scan_jpeg", quality is not None))
            if on
        }
        figures, wear, grey = _worn(late, features)
        sheet = replace(sheet, figures=figures)
        turn = late.choice((0, 0, 0, 1, 2, 3))
        if turn:
            features.add(f"scan_turned_{turn}")
        worn = {"dpi": dpi, "skew": skew, "noise": noise, "blur": blur, "quality": quality, "wear": wear, "grey": grey, "turn": turn}
        return lambda plan: to_scan(to_pdf(plan, sheet), **worn)  # type: ignore[arg-type]
    if kind == "ofd":
        ruled = PdfStyle(
            borders=random.choice(("lines", "rects", "boxes")),
            size=random.choice((7.5, 9, 10.5)),
            margin=random.choice((40, 56, 90)),
            row_height=random.choice((14, 18, 26)),
            footer=random.choice(("none", "number", "dashes")),
            repeat_header=random.random() < 0.25,
            align=random.choice(("left", "center", "right")),
        )
        fixed = OfdStyle(
            objects=random.choice(("lines", "characters")),
            scaled=random.random() < 0.3,
            rules=random.choice(("stroked", "filled")),
            steps=random.choice(("each", "groups")),
            template=random.random() < 0.2,
            flaw=_flaw(_OFD_FLAWS, late, features),
        )
        features |= {f"ofd_{fixed.objects}", f"ofd_rules_{fixed.rules}", f"pdf_borders_{ruled.borders}"}
        features |= {name for name, on in (("ofd_scaled", fixed.scaled), ("ofd_template", fixed.template)) if on}
        return lambda plan: to_ofd(to_pdf(plan, ruled), fixed)
    if kind == "pdf":
        fonts = ["STSong-Light"] + ([str(_EMBEDDED_FONT)] if _EMBEDDED_FONT.is_file() else [])
        paper = PdfStyle(
            borders=random.choices(("lines", "rects", "boxes", "horizontal", "none"), (5, 3, 2, 0.7, 0.7))[0],
            font=random.choice(fonts),
            size=random.choice((7.5, 9, 10.5)),
            margin=random.choice((40, 56, 90)),
            row_height=random.choice((14, 18, 26)),
            landscape=random.random() < 0.1,
            header=random.choice((None, "政府信息公开工作年度报告")),
            footer=random.choice(("none", "number", "dashes")),
            repeat_header=random.random() < 0.25,
            start_new_page=random.random() < 0.1,
            align=random.choice(("left", "center", "right")),
            jitter=random.choice((0.0, 0.0, 0.4)),
        )
        ruled_whole = paper.borders in ("lines", "rects", "boxes")
        flaw = _flaw(_FLAWS, late, features) if ruled_whole else "none"
        turn = late.choice((0, 0, 0, 0, 0, 0, 1, 2, 3)) if ruled_whole else 0
        paper = replace(paper, flaw=flaw, turn=turn)
        if turn:
            features.add(f"pdf_turned_{turn}")
        features |= {
            f"pdf_borders_{paper.borders}",
            f"pdf_align_{paper.align}",
            "pdf_font_" + ("cid" if paper.font == "STSong-Light" else "embedded"),
        }
        features |= {
            name
            for name, on in (("pdf_repeat_header", paper.repeat_header), ("pdf_running_title", paper.header), ("pdf_jitter", paper.jitter))
            if on
        }
        return lambda plan, *more: to_pdf(plan, paper, *more)
    if kind in ("xlsx", "xls"):
        book = XlsxStyle(sheets=random.choice(("one", "each")), values=random.choice(("numbers", "text")), offset=random.choice((0, 0, 2)))
        book = replace(book, flaw=_flaw(_BOOK_FLAWS, late, features))
        features |= {f"xlsx_sheets_{book.sheets}", f"xlsx_{book.values}"}
        return lambda plan: to_xlsx(plan, book)
    return None
