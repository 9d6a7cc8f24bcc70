"""A statement of accepted meetings as a PDF: what goes with the partner's invoice."""

import io
from functools import cache
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from prospecting.queries.partners import Statement
from prospecting.views.partner_words import Words
from tenants.formatting import format_day

FONT, BOLD = "Vera", "VeraBd"  # shipped with reportlab, embedded: signs of every Western language
MARGIN = 18 * mm
WIDTHS = (26 * mm, 64 * mm, 26 * mm, 32 * mm, 26 * mm)
THIN = str.maketrans({"\u202f": "\u00a0"})  # a narrow space that the font does not have


@cache
def _register() -> None:
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


def statement_pdf(statement: Statement, *, client: str, words: Words) -> bytes:
    """The bytes of the file, in the language of `words`. `client`: the organisation's name."""
    _register()
    plain = ParagraphStyle("plain", fontName=FONT, fontSize=8.5, leading=11)
    head = ParagraphStyle("head", fontName=BOLD, fontSize=14, leading=18, spaceAfter=6)
    title = _("Accepted meetings, %(month)s") % {
        "month": format_day(statement.first, words.language, "month")
    }
    engagement = statement.engagement
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=_clean(f"{title} · {engagement.name}"), author=_clean(client), lang=words.language,
    )  # fmt: skip
    parts = [
        Paragraph(_clean(title), head),
        Paragraph(
            _clean(
                _("%(partner)s for %(client)s · %(engagement)s")
                % {"partner": engagement.partner.name, "client": client, "engagement": engagement.name}
            ),
            plain,
        ),
        Spacer(1, 6 * mm),
        _table(statement, words, plain),
        Spacer(1, 5 * mm),
        Paragraph(
            _clean(
                _("Each meeting at the price of the day it was booked; the monthly price by the days of the month. Without tax.")
            ),
            plain,
        ),
    ]  # fmt: skip
    document.build(parts, onFirstPage=_number, onLaterPages=_number)
    return buffer.getvalue()


def _table(statement: Statement, words: Words, plain: ParagraphStyle) -> Table:
    def text(value: str) -> Paragraph:
        return Paragraph(_clean(value), plain)

    rows: list[list[object]] = [
        [text(one) for one in (_("Meeting"), _("Company"), _("Accepted on"), _("How"))] + [_clean(_("Price"))]
    ]
    rows += [
        [
            text(format_day(one.starts_at.astimezone(one.organisation.zone).date(), words.language, "short")),
            text(one.company_name),
            text(format_day(one.accepted_on, words.language, "short")),
            text(one.get_state_display()),
            _clean(words.money(one.price_minor, exact=True), escaped=False),
        ]
        for one in statement.meetings
    ]
    count = len(statement.meetings)
    sums = (
        (_("%s accepted meetings") % words.number(count), statement.meetings_minor),
        (_("Monthly price"), statement.fee_minor),
        (_("Total"), statement.total_minor),
    )
    rows += [
        [text(label), "", "", "", _clean(words.money(minor, exact=True), escaped=False)]
        for label, minor in sums
    ]
    style = [
        ("FONT", (0, 0), (-1, -1), FONT, 8.5),
        ("FONT", (4, 0), (4, 0), BOLD, 8.5),
        ("ALIGN", (4, 0), (4, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
        ("LINEBELOW", (0, 1), (-1, -4), 0.25, colors.lightgrey),
        ("LINEABOVE", (0, -3), (-1, -3), 0.8, colors.black),
        ("FONT", (4, -1), (4, -1), BOLD, 9.5),
        *(("SPAN", (0, -row), (3, -row)) for row in (1, 2, 3)),
    ]
    return Table(rows, colWidths=WIDTHS, repeatRows=1, style=TableStyle(style))


def _number(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.setFont(FONT, 7.5)
    canvas.drawRightString(A4[0] - MARGIN, MARGIN / 2, str(document.page))


def _clean(text: str, *, escaped: bool = True) -> str:
    """Without signs that the font lacks; for a paragraph also without markup."""
    text = text.translate(THIN)
    return escape(text) if escaped else text
