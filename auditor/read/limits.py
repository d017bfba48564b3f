"""Limits on what a reader takes in: beyond them a file is refused with a :class:`~auditor.errors.LimitError`.

Sizes are bytes. A published report is a few megabytes at most; the limits leave a wide margin and still bound memory.
"""

from __future__ import annotations

from typing import Final

MEBIBYTE: Final = 1024 * 1024

FILE_BYTES: Final = 200 * MEBIBYTE
"""Any single input file."""

MARKUP_BYTES: Final = 30 * MEBIBYTE
"""One page of HTML, or one XML part after decompression that is parsed into a tree."""

ZIP_MEMBERS: Final = 5_000
ZIP_TOTAL_BYTES: Final = 500 * MEBIBYTE
"""Declared size of all members together."""
ZIP_RATIO: Final = 200
"""Largest expansion of one member; XML of tables compresses 30 to 60 times."""
ZIP_RATIO_FROM: Final = MEBIBYTE
"""Members smaller than this may compress as well as they like."""

XML_DEPTH: Final = 256
"""Nesting of elements; nested tables of a report need about 40."""
TABLE_DEPTH: Final = 12
"""Tables inside tables."""

TABLE_CELLS: Final = 200_000
"""Cells of one table."""

TABLE_COLUMNS: Final = 5_000
"""Columns of a table in a page: spans of hostile pages make millions, and each is looked through for each row."""

SPAN: Final = 1_000
"""Largest rowspan or colspan of a page (browsers clamp to the same order)."""
SHEET_ROWS: Final = 20_000
SHEET_COLUMNS: Final = 500
MERGED_CELLS: Final = 100_000
"""Cells under merged ranges and linked ranges of one workbook: the library makes an object for each."""
BOOK_CELLS: Final = 100_000
"""Cells of all sheets of one workbook together; a report has some 2,000."""
BOOK_SHEETS: Final = 200
BOOK_ELEMENTS: Final = 600_000
"""XML elements of all parts of one workbook together."""
BOOK_RANGES: Final = 2_000
"""Ranges named in one attribute: the library compares each with each."""

WORD_TAGS: Final = 1_000_000
"""Opening and closing tags of one part of a Word file; a report of 100 pages has some 200,000."""
WORD_PARAGRAPHS: Final = 50_000
WORD_STYLES: Final = 5_000
"""Styles of a Word file; Word itself makes some 370, and each asks for those it is based on."""

PICTURE_WIDTH: Final = 200.0
PICTURE_HEIGHT: Final = 80.0
"""Points from which a picture may hold a table; seals, logos and icons are smaller."""

DOC_CHARS: Final = 20_000_000
"""Characters of a Word 97 file or an RTF file."""
OFFICE_SECONDS: Final = 120
"""Processor time for one conversion by LibreOffice, where the system bounds it."""
OFFICE_WAIT: Final = 300
"""The same by the clock: a busy computer makes no file unreadable."""
ZIP_DEPTH: Final = 4
"""Archives inside archives."""
MHT_PARTS: Final = 2_000
RTF_PARAGRAPHS: Final = 50_000
RTF_GROUPS: Final = 60_000
BYTES_PER_GROUP: Final = 12
"""Groups of a rich text file: so many, or one for so many bytes where that is more. Word writes one for 100 to 300 bytes."""
RTF_DEPTH: Final = 500
"""Groups inside groups of a rich text file."""
OFD_PAGES: Final = 2_000
OFD_OBJECTS: Final = 200_000
"""Objects drawn on one page of an OFD file, those of composite objects counted as often as they are used."""

TEXT_LINES: Final = 150_000
"""Lines of a text file, blank ones included; the thickest reports have some 5,000."""
BLOCKS: Final = 20_000
"""Headings, paragraphs and tables of one document; a report has some 200, a thick one 2,000."""
TEXT_CHARS: Final = 3_000_000
"""Characters of all paragraphs of one document together."""
PARAGRAPH_CHARS: Final = 60_000
"""Characters of one paragraph or one cell: a whole report without a line break is shorter."""
PAGE_TAGS: Final = 100_000
CHARS_PER_TAG: Final = 20
"""Opening tags of a page: so many, or one for so many characters where that is more. A report with its site has 1,000 to 10,000."""
TAG_ATTRIBUTES: Final = 2_000
"""Attributes of one tag of a page: the parser compares each with each."""
MAIL_HEADER_BYTES: Final = 64 * 1024
"""Header of one part of a saved page."""
