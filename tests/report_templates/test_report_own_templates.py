"""What a laboratory's own template must print stays readable: whole, large enough, dark enough, and in its place."""

from __future__ import annotations

import io
from typing import Any

import pdfplumber
import pytest
from report_examples import a_laboratory, a_record

from parsers.branding import Branding, contrast_with_white
from parsers.errors import InputError
from report_templates.laboratory_templates import check_templates
from report_templates.pdf import RenderError, render_html, render_pdf

STATEMENTS = "{% for one in statements %}WHAT{% endfor %}"
SMALLEST_PT = 6
FOOTER = "{{ name }} {{ report_id }} {{ version }}"


def refused(block: str, text: str) -> str:
    """The message with which a template is refused, at reading as at drawing."""
    with pytest.raises(InputError) as caught:
        check_templates({block: text})
    with pytest.raises(RenderError, match=f"template {block}"):
        render_html(a_record(branding=Branding(templates={block: text})))
    return caught.value.problems[0].message


def as_statement(text: str) -> str:
    return STATEMENTS.replace("WHAT", text)


def wrapped(tag: str, times: int) -> str:
    return as_statement(f"<{tag}>" * times + "{{ one }}" + f"</{tag}>" * times)


def characters(pdf: bytes, text: str) -> list[dict[str, Any]]:
    """Each character of `text` as it lies on its page; a text that is on no page is an error."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            shown = [one | {"page": page.bbox} for one in page.chars if not one["text"].isspace()]
            at = "".join(one["text"] for one in shown).find("".join(text.split()))
            if at >= 0:
                return shown[at : at + len("".join(text.split()))]
    raise AssertionError(text)


@pytest.mark.parametrize(
    "shape",
    [
        "<small>{{ one }}</small>",
        '<small class="small"><i>{{ one }}</i></small>',
        '<span class="small"><span class="small">{{ one }}</span></span>',
        '<div class="note"><p class="note"><small>{{ one }}</small></p></div>',
        "<ul><li><ul><li>{{ one }}</li></ul></li></ul>",
        "<p>{{ one }}<sup>1</sup></p>",
    ],
)
def test_a_statement_that_must_stand_can_be_read_however_it_is_wrapped(shape: str) -> None:
    record = a_record(branding=Branding(templates={"statements": as_statement(shape)}))
    for statement in (record["lab"]["ldt_statement"], record["lab"]["disclaimers"][0]):
        for one in characters(render_pdf(record), statement):
            left, top, right, bottom = one["page"]
            assert one["size"] >= SMALLEST_PT
            assert left < one["x0"] < one["x1"] < right
            assert top < one["top"] < one["bottom"] < bottom
            colour = "#" + "".join(f"{round(part * 255):02x}" for part in one["non_stroking_color"])
            assert contrast_with_white(colour) >= 4.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (wrapped("small", 25), "in one another"),
        (wrapped("small", 2), "in one another"),
        (as_statement("<sup><small>{{ one }}</small></sup>"), "in one another"),
        (wrapped("sup", 1), "leaves out"),
        (wrapped("sub", 1), "leaves out"),
        (as_statement("<ul><li>" * 3 + "{{ one }}" + "</li></ul>" * 3), "too deeply"),
        (wrapped("div", 11), "too deeply"),
        (as_statement("{{ one }}") + "<br>" * 50, "too many lines"),
        (as_statement("{{ one }}") + "<p></p>" * 50, "too many lines"),
        ("&nbsp;" * 1_600 + as_statement("<br>" * 40 + "{{ one }}"), "too many lines"),
        *((wrapped(tag, 1), "may not have") for tag in "del s strike font center template details noscript".split()),
        *((wrapped(tag, 1), "may not have") for tag in "table textarea title style svg math object ins h1".split()),
        *(
            (as_statement(f"<p {attribute}>{{{{ one }}}}</p>"), "attribute")
            for attribute in ("hidden", "class=run", "class='note run'", "style=color:#fff", "dir=rtl", "id=x", "class")
        ),
        (as_statement("{{ one }}") + "x" + "\u0338" * 7, "accents"),
        (as_statement("{{ one[0] }}"), "may not use this"),
    ],
)
def test_no_way_of_making_a_statement_unreadable_is_taken(text: str, said: str) -> None:
    assert said in refused("statements", text)


@pytest.mark.parametrize("sign", ["&#x202e;", "&#8238;", "&#X202E;", "&rlm;", "&shy;", "&ZeroWidthSpace;"])
@pytest.mark.parametrize("block", ["letterhead", "footer", "closing"])
def test_a_sign_that_hides_or_turns_text_is_refused_however_it_is_written(block: str, sign: str) -> None:
    text = {"letterhead": "{{ name }} {{ address }} {{ clia }}", "footer": FOOTER, "closing": "x"}[block]
    check_templates({block: text})
    assert "hides or turns" in refused(block, sign + text)


def test_an_entity_that_was_written_out_stays_written_out() -> None:
    html = render_html(a_record(branding=Branding(templates={"footer": FOOTER + " &amp;#x202e;"})))
    assert "\u202e" not in html
    assert "&amp;#x202e;" in html


@pytest.mark.parametrize(
    "text",
    ["{{ name }} {{ report_id }}", "{{ name }} {{ report_id }} 1", "{{ name }} {{ report_id }} 0{{ version }}"],
)
@pytest.mark.parametrize("report_id", ["R-0001", "R-1", "R-1.1"])
def test_a_version_within_the_report_s_id_is_no_version(text: str, report_id: str) -> None:
    refused("footer", text)
    record = a_record(branding=Branding(templates={"footer": text.removesuffix(" 1")}))
    record["report"]["id"] = report_id
    with pytest.raises(RenderError, match="template footer"):
        render_html(record)


@pytest.mark.parametrize(
    "text", ["{{ name }}, {{ report_id }}/v{{ version }}", "第{{ version }}版 {{ report_id }}：{{ name }}科"]
)
def test_a_footer_may_word_the_version_as_it_likes(text: str) -> None:
    check_templates({"footer": text})
    assert "R-7f3a9c21" in render_html(a_record(branding=Branding(templates={"footer": text})))


def test_an_address_that_begins_with_the_laboratory_s_name_does_not_stand_for_it() -> None:
    templates = {"letterhead": "{{ address }}{% if clia %}<br/>{{ clia }}{% endif %}"}
    record = a_record(branding=Branding(templates=templates), name="North", address="North Road 1")
    with pytest.raises(RenderError, match="leaves out"):
        render_html(record)
    templates["letterhead"] += "<br>{{ name }}"
    assert "North Road 1" in render_html(
        a_record(branding=Branding(templates=templates), name="North", address="North Road 1")
    )


LONG = "x" * 100


@pytest.mark.parametrize(
    "text",
    [
        "{{ name" + f"|join('{LONG}')" * 4 + " }}",
        "{{ 'ab'" + f"|join('{LONG}')" * 3 + " }}",
        "{{ 'ab'|upper }}",
        "{{ name|upper" + f"|join('{LONG}')" + " }}",
        "{{ 'x' * 1000000000 }}",
        "{{ name * 1000000000 }}",
        "{{ 10 ** 1000000000 }}",
        "{{ name ~ name ~ name }}",
        "{{ [name, name] }}",
        "{{ name|center(1000000000) }}",
        "{{ name|indent(1000000000) }}",
        "{{ name|wordwrap(1) }}",
        "{{ name|replace('', name) }}",
        "{{ '%1000000000d'|format(1) }}",
        "{{ range(1000000000)|join }}",
        "{{ name|list|batch(1)|list }}",
        "{% for one in name %}{% if one %}{% endif %}{% endfor %}",
        "{{ name" + "|upper" * 101 + " }}",
        "{% set name = name %}",
    ],
)
def test_no_template_makes_more_text_of_its_values_than_they_are(text: str) -> None:
    refused("closing", text)


def test_statements_may_be_joined_and_no_longer_than_a_block_is() -> None:
    check_templates({"statements": "{{ statements|join('; ') }}"})
    refused("statements", "{{ statements|join('" + "x" * 9_900 + "') }}")
    refused("statements", "{% for statements in statements %}{{ statements|join('xx') }}{% endfor %}")


@pytest.mark.parametrize("value", ["x" * 20_001, ["x" * 20_001], {"a": "x" * 20_001}])
def test_a_made_up_record_cannot_give_a_template_a_value_without_end(value: object) -> None:
    record = a_record(branding=Branding(templates={"closing": "{% if name == 'a' %}a{% endif %}"}))
    record["lab"]["name"] = value
    with pytest.raises(RenderError, match="too long"):
        render_html(record)


def test_the_footer_line_of_lab_toml_stands_behind_the_laboratory_s_own_foot() -> None:
    html = render_html(a_record(branding=Branding(footer="Ring us at night", templates={"footer": FOOTER})))
    assert "· Ring us at night" in html


@pytest.mark.parametrize(
    ("block", "text", "value"),
    [
        ("letterhead", "{{ name }} {{ clia }}", "address"),
        ("footer", "{{ name }} {{ report_id }}", "version"),
        ("statements", "{% for one in statements %}{% endfor %}", "statements"),
        ("authorisation_note", "{{ director }}{% for one in sites %}{{ one.name }}{% endfor %}", "sites"),
    ],
)
def test_what_a_template_leaves_out_is_named(block: str, text: str, value: str) -> None:
    assert f"leaves out {{{{ {value} }}}}" in refused(block, text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<p>ok</p>\n<script>1</script>", 2),
        ("<p>ok</p>\n\n<p id='x'>1</p>", 3),
        ("{% if not name %}\n\n{% endif %}\n<p>\n<b>x</p>", 5),
        ("<p>a</p>\n<p>b", None),
        ("a\n\n<em>b", 3),
    ],
)
def test_a_tag_s_mistake_is_told_with_the_line_of_the_template(text: str, line: int | None) -> None:
    with pytest.raises(InputError) as caught:
        check_templates({"closing": text})
    assert caught.value.problems[0].line == line


def test_a_template_is_also_printed_with_the_laboratory_s_own_values() -> None:
    lab = a_laboratory(name="North", address="North Road 1")
    templates = {"letterhead": "{{ address }}{% if name != 'North' %} {{ name }}{% endif %} {{ clia }}"}
    check_templates(templates)
    with pytest.raises(InputError) as caught:
        check_templates(templates, lab)
    assert "leaves out {{ name }}" in caught.value.problems[0].message
