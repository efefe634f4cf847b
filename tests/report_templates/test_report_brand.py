"""The laboratory's own look and wording on a report, drawn from the record alone."""

from __future__ import annotations

import io
from typing import Any

import pdfplumber
import pytest
from report_examples import a_case, a_final_record, a_laboratory, a_record

from flows.fingerprint import fingerprint
from parsers.branding import Branding, Colours
from parsers.errors import InputError
from parsers.laboratory import Site
from parsers.logos import checked_logo
from report_templates.laboratory_templates import check_templates
from report_templates.pdf import RenderError, render_html, render_pdf

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><circle cx="5" cy="5" r="4" fill="#ff0000"/></svg>'
LOGO = checked_logo(SVG, "image/svg+xml", "Logo of the laboratory")
LETTERHEAD = "<b>{{ name }}</b>{{ address }}{% if clia %}<br>CLIA {{ clia }}{% endif %}"


def test_the_logo_is_drawn_with_its_text_and_the_colours_are_the_laboratory_s() -> None:
    record = a_record(branding=Branding(LOGO, Colours("#5b1248", "#8b1f5d"), "Open all day", "Accredited"))
    assert 'src="report:logo" alt="Logo of the laboratory"' in render_html(record)
    with pdfplumber.open(io.BytesIO(render_pdf(record))) as document:
        page = document.pages[0]
        text = page.extract_text()
        colours = {tuple(round(part * 255) for part in one["non_stroking_color"] or ()) for one in page.chars}
        circles = [one for one in page.curves if one["non_stroking_color"] == (1, 0, 0)]
    assert "Open all day" in text
    assert "Accredited" in text
    assert (0x5B, 0x12, 0x48) in colours
    assert (0x12, 0x39, 0x5B) not in colours
    assert circles


@pytest.mark.parametrize("paper", ["A4", "letter"])
def test_the_laboratory_chooses_its_paper(paper: str) -> None:
    with pdfplumber.open(io.BytesIO(render_pdf(a_record(paper=paper)))) as document:
        assert round(document.pages[0].width) == {"A4": 595, "letter": 612}[paper]


def test_the_record_alone_draws_the_look() -> None:
    record = a_record(branding=Branding(LOGO, templates={"closing": "<p>Thank you.</p>"}), language="de")
    assert record["lab"]["logo"]["base64"] == LOGO.base64
    assert record["lab"]["templates"] == {"closing": "<p>Thank you.</p>"}
    assert record["report"]["language"] == "de"


def test_the_sites_of_the_laboratory_stand_on_the_report() -> None:
    sites = (Site("performed", "North", "1 Road"), Site("interpreted", "South", "2 Road", "00D1"))
    record = a_record(sites=sites)
    assert [site["name"] for site in record["lab"]["sites"]] == ["North", "South"]
    html = render_html(record)
    assert "North" in html
    assert "South" in html


def test_each_block_prints_the_laboratory_s_wording_in_its_place() -> None:
    templates = {
        "letterhead": LETTERHEAD + "<br>Our house",
        "after_summary": "<p>Call {{ phone }}.</p>",
        "statements": "{% for one in statements %}<p>{{ loop.index }}) {{ one }}</p>{% endfor %}",
        "authorisation_note": "{% for one in sites %}At {{ one.name }}, {{ one.address }}{% endfor %}; {{ director }}",
        "closing": "<p>Thank you.</p>",
        "footer": "{{ name }} & more, {{ report_id }}/{{ version }}",
    }
    check_templates(templates)
    html = render_html(a_final_record(branding=Branding(templates=templates)))
    places = [html.index(text) for text in ("Our house", "Call +1 000", "1) This test", "Thank you.", "END OF REPORT")]
    assert places == sorted(places)
    assert "Northgate Molecular Pathology &amp; more, R-7f3a9c21/1" in html


def test_a_value_in_a_template_is_text() -> None:
    record = a_record(branding=Branding(templates={"letterhead": LETTERHEAD}), name="<img src=x> & {{ 7*7 }}")
    html = render_html(record)
    assert "<b>&lt;img src=x&gt; &amp; {{ 7*7 }}</b>" in html
    assert "<img src=x>" not in html


ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ name.__class__ }}",
    "{{ name|attr('__class__') }}",
    "{{ name|safe }}",
    "{{ '{0.__class__}'.format(name) }}",
    "{{ '%1000000000d' % 1 }}",
    "{% include 'report.html' %}",
    "{% import 'macros.html' as m %}",
    "{% extends 'report.html' %}",
    "{% for x in range(10**9) %}{% endfor %}",
    "{% for x in name %}{% for y in name %}z{% endfor %}{% endfor %}",
    "{% for x in name recursive %}{{ loop(name) }}{% endfor %}",
    "{% macro a() %}{{ a() }}{{ a() }}{% endmacro %}",
    "{% set x = name %}",
    "{% autoescape false %}{{ name }}{% endautoescape %}",
    "{{ name * 10**9 }}",
    "{{ patient }}",
    "{{ self }}",
    "{{ name|join(attribute='__class__') }}",
    "{{ " + "(" * 4000 + "name",
    "{{ 9" + "9" * 5000 + " }}",
    "<script>x</script>",
    "{% raw %}<img src='http://127.0.0.1/'>{% endraw %}",
    "<p style='position: fixed'>x</p>",
    "<p class='watermark'>x</p>",
    "<a href='http://127.0.0.1'>x</a>",
    "<div>",
    "</div>",
    "<li>x</li>",
    "<!-- x -->",
    "{{ name",
    "x" * 10_001,
]


@pytest.mark.parametrize("text", ESCAPES, ids=lambda text: text[:25])
def test_a_template_that_reaches_further_is_told_at_reading_and_refused_at_rendering(text: str) -> None:
    with pytest.raises(InputError) as caught:
        check_templates({"closing": text})
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == ("bad-template", "closing.html")
    assert problem.remedy
    with pytest.raises(RenderError, match="template closing") as refused:
        render_html(a_record(branding=Branding(templates={"closing": text})))
    assert text[:20] not in str(refused.value)


def test_a_mistake_names_its_line() -> None:
    with pytest.raises(InputError) as caught:
        check_templates(
            {"closing": "one\ntwo\n{{ nam }}", "footer": "{{ name }} {{ report_id }} {{ version }} {% if %}"}
        )
    assert [(one.file, one.line) for one in caught.value.problems] == [("closing.html", 3), ("footer.html", 1)]


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ("letterhead", "<b>{{ name }}</b>"),
        ("statements", "<p>All is well.</p>"),
        ("authorisation_note", "{{ director }}"),
        ("footer", "{{ name }}"),
        ("footer", "<b>{{ name }}</b> {{ report_id }} {{ version }}"),
    ],
)
def test_a_template_cannot_leave_out_what_must_stand(block: str, text: str) -> None:
    with pytest.raises(InputError):
        check_templates({block: text})
    with pytest.raises(RenderError, match=f"template {block}"):
        render_html(a_record(branding=Branding(templates={block: text})))


def test_a_long_output_is_stopped() -> None:
    text = "{% for one in statements %}" + "x" * 9000 + "{% endfor %}"
    with pytest.raises(InputError) as caught:
        check_templates({"statements": text})
    assert "more than 20000" in caught.value.problems[0].message


@pytest.mark.parametrize(
    "change",
    [
        {"branding": Branding(LOGO)},
        {"branding": Branding(colours=Colours("#5b1248", "#8b1f5d"))},
        {"branding": Branding(letterhead="x")},
        {"branding": Branding(templates={"closing": "x"})},
        {"language": "zh"},
        {"paper": "A4"},
        {"sites": (Site("performed and interpreted", "N", "A"),)},
    ],
    ids=str,
)
def test_another_look_makes_a_new_version_of_a_report(change: dict[str, Any]) -> None:
    versions = {"software": "1"}
    plain = fingerprint(a_case(), a_laboratory(), versions)
    assert fingerprint(a_case(), a_laboratory(**change), versions) != plain
