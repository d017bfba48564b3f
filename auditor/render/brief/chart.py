"""A chart as a native chart of an office program: DrawingML with its numbers in a small workbook, so that it can be edited in Word."""

from __future__ import annotations

import datetime
import io
from typing import Final
from xml.sax.saxutils import escape

from auditor.model.brief import Chart
from auditor.render.printable import xml_text

COLOURS: Final = ("2F6DA8", "D08A1D", "5B8C5A", "8E5EA2", "B5473C", "6B7280")
"""Fills in the order of the series; the second of two stacked series is the one to look at."""
_NAMESPACES: Final = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_SHEET: Final = "Sheet1"


def chart_xml(chart: Chart) -> bytes:
    """The chart part; ``rId1`` is its workbook."""
    bars = chart.kind != "line"
    series = "".join(_series(chart, place, bars) for place in range(len(chart.series)))
    axes = '<c:axId val="111111111"/><c:axId val="222222222"/>'
    if bars:
        grouping = "stacked" if chart.kind == "stacked" else "clustered"
        overlap = '<c:overlap val="100"/>' if chart.kind == "stacked" else ""
        plot = (
            f'<c:barChart><c:barDir val="col"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>{series}'
            f'<c:gapWidth val="70"/>{overlap}{axes}</c:barChart>'
        )
    else:
        plot = f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}<c:marker val="1"/>{axes}</c:lineChart>'
    legend = f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_text_size(900)}</c:legend>' if len(chart.series) > 1 else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<c:chartSpace {_NAMESPACES}><c:roundedCorners val="0"/><c:chart>'
        f'{_title(chart.title)}<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>{plot}{_category_axis()}{_value_axis(chart.unit)}'
        f'</c:plotArea>{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>{_font()}'
        f'<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    ).encode()


def chart_workbook(chart: Chart) -> bytes:
    """The numbers of the chart: categories in the first column, a column for each series."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime.datetime(2020, 1, 1)})
    sheet = book.add_worksheet(_SHEET)
    for row, category in enumerate(chart.categories, start=1):
        sheet.write_string(row, 0, xml_text(category))
    for column, series in enumerate(chart.series, start=1):
        sheet.write_string(0, column, xml_text(series.name))
        for row, point in enumerate(series.points, start=1):
            if point is not None:
                sheet.write_number(row, column, float(point.value))
    sheet.set_column(0, 0, 24)
    book.close()
    return out.getvalue()


def _series(chart: Chart, place: int, bars: bool) -> str:
    series = chart.series[place]
    column = chr(ord("B") + place)
    last = len(chart.categories) + 1
    colour = COLOURS[place % len(COLOURS)]
    fill = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    if bars:
        shape = f'<c:spPr>{fill}</c:spPr><c:invertIfNegative val="0"/>'
    else:
        shape = (
            f'<c:spPr><a:ln w="28575" cap="rnd">{fill}<a:round/></a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="7"/>'
            f"<c:spPr>{fill}</c:spPr></c:marker>"
        )
    place_of_label = "" if chart.kind == "stacked" else f'<c:dLblPos val="{"outEnd" if bars else "t"}"/>'
    shown = 'val="1"' if len(chart.categories) <= 12 else 'val="0"'
    labels = (
        f'<c:dLbls>{_text_size(900)}{place_of_label}<c:showLegendKey val="0"/><c:showVal {shown}/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )
    points = "".join(
        f'<c:pt idx="{index}"><c:v>{format(point.value, "f")}</c:v></c:pt>'
        for index, point in enumerate(series.points)
        if point is not None
    )
    categories = "".join(f'<c:pt idx="{index}"><c:v>{_escaped(text)}</c:v></c:pt>' for index, text in enumerate(chart.categories))
    smooth = "" if bars else '<c:smooth val="0"/>'
    count = len(chart.categories)
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:strRef><c:f>{_SHEET}!${column}$1</c:f><c:strCache>'
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{_escaped(series.name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>{shape}{labels}'
        f"<c:cat><c:strRef><c:f>{_SHEET}!$A$2:$A${last}</c:f><c:strCache>"
        f'<c:ptCount val="{count}"/>{categories}</c:strCache></c:strRef></c:cat>'
        f"<c:val><c:numRef><c:f>{_SHEET}!${column}$2:${column}${last}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{count}"/>{points}</c:numCache></c:numRef></c:val>{smooth}</c:ser>'
    )


def _title(text: str) -> str:
    return (
        '<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1100" b="1"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="1100" b="1"/>'
        f'<a:t>{_escaped(text)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
    )


def _category_axis() -> str:
    return (
        '<c:catAx><c:axId val="111111111"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/>'
        '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="low"/>{_text_size(900)}<c:crossAx val="222222222"/><c:crosses val="autoZero"/><c:auto val="0"/></c:catAx>'
    )


def _value_axis(unit: str) -> str:
    title = (
        f'<c:title><c:tx><c:rich><a:bodyPr rot="0" vert="horz"/><a:p><a:pPr><a:defRPr sz="900" b="0"/></a:pPr><a:r>'
        f'<a:rPr lang="zh-CN" sz="900" b="0"/><a:t>{_escaped(unit)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
        if unit
        else ""
    )
    return (
        '<c:valAx><c:axId val="222222222"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9DEE4"/></a:solidFill></a:ln></c:spPr>'
        f'</c:majorGridlines>{title}<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{_text_size(900)}'
        '<c:crossAx val="111111111"/><c:crosses val="autoZero"/></c:valAx>'
    )


def _text_size(size: int) -> str:
    return f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{size}"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'


def _font() -> str:
    return (
        '<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/><a:p><a:pPr>'
        '<a:defRPr><a:latin typeface="Arial"/><a:ea typeface="仿宋"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def _escaped(text: str) -> str:
    return escape(xml_text(text))
