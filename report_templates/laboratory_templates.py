"""
The laboratory's own wording of single blocks of a report: which blocks there are and what a template may hold.

A template is a file of lab.toml's folder `templates`, named for its block. It is written in a small part of Jinja
(values, conditions, loops, a few filters) and a few HTML tags, and is checked three times: its grammar by a list of
what is allowed, its run in Jinja's sandbox, its output by a list of tags. It sees what its block prints and nothing
else, so that no template can show, hide or change a patient's data or a result. What a block must print stands there
whole, in letters that can be read; what the laboratory writes around it is the laboratory's word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from parsers.branding import LONGEST_TEMPLATE, TEMPLATE_BLOCKS
from parsers.errors import InputError, Problem
from parsers.laboratory import Laboratory
from report_templates.record import cleaned, laboratory_part
from report_templates.sections.section import Record, View

LONGEST_OUTPUT = 20_000
# What a block may be given: a record that somebody made up could hold a name of any length, or a list without end.
_LONGEST_VALUES, _LONGEST_LIST, _MOST_FILTERS = LONGEST_OUTPUT, 200, 100

_FILTERS = ("upper", "lower", "capitalize", "trim", "join", "escape", "e")
_FIELDS = frozenset({"role", "name", "address", "clia"})
_OF_LOOP = frozenset({"index", "first", "last", "length"})
# Neither arithmetic, `~`, assignment, calls, macros nor includes: nothing that grows, waits, or reaches something else.
_GRAMMAR = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Filter, nodes.If),
    *(nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or, nodes.For),
)
_LISTS_OF_VALUES = ("statements", "sites")
_TAGS = frozenset("p div span b strong i em small sup sub br ul ol li".split())
_CLASSES = frozenset({"note", "statement", "small"})
# Within one another they shrink text to nothing; what must stand may not be in the two that are hard to read.
_SHRINKING = frozenset({"small", "sup", "sub"})
_HARD_TO_READ = frozenset({"sup", "sub"})
_LISTS = frozenset({"ul", "ol"})
_LINES = frozenset({"p", "div", "br", "li", "ul", "ol"})
# A list in a list in a list moves its text off the page, empty lines move the result to another one.
_DEEPEST, _DEEPEST_LIST, _MOST_LINES = 10, 2, 40
# More marks above one letter than any script has cover the line above it.
_MOST_MARKS = 6
_LINE_ENDS = str.maketrans("\t\r\n\f", "    ")
# What a mistake in a template, or an attack by one, can raise while it is read or run.
_FAILURES = (
    *(TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError),
    *(SyntaxError, TypeError, ValueError),
)


class BlockError(Exception):
    """A template cannot be printed. Names the block and the rule, quotes nothing. `line` counts from 1, 0 for none."""

    def __init__(self, block: str, message: str, remedy: str, line: int = 0) -> None:
        super().__init__(block, message, remedy, line)
        self.block, self.message, self.remedy, self.line = block, message, remedy, line

    def __str__(self) -> str:
        return f"the laboratory's template {self.block}: {self.message}"


@dataclass(frozen=True, slots=True)
class Block:
    """
    What a laboratory may word: `values` gives what its template may use, `keeps` the texts that it must print.

    `is_text` means that the block is a line of plain text, without tags.
    """

    values: Callable[[Record], View]
    keeps: Callable[[View], Sequence[str]]
    is_text: bool = False


def own_blocks(record: Record) -> dict[str, Markup]:
    """
    Every block by name: the laboratory's own wording, or nothing, which stands for the usual one.

    Raises:
        BlockError: a template names what its block does not have, breaks a rule, or leaves out what must stand.
    """
    templates: Mapping[str, str] = record["lab"].get("templates", {})
    if any(name not in BLOCKS for name in templates):
        raise BlockError("?", "a report has no block of this name", "correct its name")
    for name, text in templates.items():
        _check_with_samples(name, text)
    return {name: _printed(name, templates[name], record) if name in templates else Markup("") for name in BLOCKS}


def check_templates(templates: Mapping[str, str], laboratory: Laboratory | None = None) -> None:
    """
    Reads every template and prints it with sample values, then with those of `laboratory`, assay by assay.

    Raises:
        InputError: with every mistake, by file and line.
    """
    own = [laboratory_part(laboratory, assay) for assay in laboratory.assays.values()] if laboratory else []
    records = [{"lab": part, "report": _SAMPLE_REPORT} for part in own]
    problems = [problem for name, text in templates.items() for problem in _problems(name, text, records)]
    if problems:
        raise InputError(*problems)


def _problems(name: str, text: str, records: Iterable[Record]) -> Iterator[Problem]:
    try:
        _check_with_samples(name, text)
        for record in records:
            _printed(name, text, record)
    except BlockError as error:
        yield Problem("bad-template", f"{name}.html", error.message, error.remedy, line=error.line or None)


@lru_cache(maxsize=64)
def _check_with_samples(name: str, text: str) -> None:
    """A text of the template's own that says by chance what must stand does not say it of another laboratory."""
    for sample in _SAMPLES:
        _printed(name, text, sample)


def _printed(name: str, text: str, record: Record) -> Markup:
    block = BLOCKS[name]
    values = block.values(record)
    _check_values(name, values)
    try:
        # Generated piece by piece, so that a long one is stopped before it is whole.
        pieces, length = [], 0
        for piece in _compiled(name, text, tuple(values)).generate(values):
            length += len(piece)
            if length > LONGEST_OUTPUT:
                raise BlockError(name, f"it prints more than {LONGEST_OUTPUT} characters", "shorten it")
            pieces.append(piece)
    except _FAILURES:
        raise BlockError(name, "it cannot be printed", "look at the names and filters it uses") from None
    kept = {one for text in block.keeps(values) if (one := _words(text))}
    sieve = _Sieve(name, block, _MOST_LINES + len(kept), text)
    printed = sieve.sifted("".join(pieces))
    if missing := _left_out(_words(sieve.readable()), kept):
        raise BlockError(
            name,
            f"it leaves out {_value_of(missing, values)}, which must stand in this block",
            "docs/branding.md says what each block must print",
        )
    return Markup(printed)  # noqa: S704 - written by the sieve, tag by tag


def _check_values(name: str, values: View) -> None:
    """Before anything is made of them: every filter's result and every loop is as long as what it is given."""
    lists = [value for value in values.values() if isinstance(value, list)]
    if any(len(one) > _LONGEST_LIST for one in lists) or _length(values) > _LONGEST_VALUES:
        raise BlockError(name, "the laboratory's values are too long for a block of a report", "shorten them")


def _length(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_length, value.values()))
    return sum(map(_length, value)) if isinstance(value, list) else len(str(value))


def _words(text: str) -> str:
    """The text as a reader sees it, wherever the lines end."""
    return " ".join(text.split())


def _left_out(said: str, texts: Iterable[str]) -> str:
    """
    The first text that stands in `said` at no place of its own, or "".

    The version 1 is not the 1 of the report's id.
    """
    for text in sorted(texts, key=len, reverse=True):
        place = next((at for at in _places(said, text) if _is_apart(said, at, at + len(text))), None)
        if place is None:
            return text
        said = f"{said[:place]}\n{said[place + len(text) :]}"
    return ""


def _value_of(text: str, values: View) -> str:
    """What a template calls the value that is this text, or holds it; the text itself is not quoted."""
    return next((f"{{{{ {name} }}}}" for name, value in values.items() if text in _texts_in(value)), "a text")


def _texts_in(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    return set().union(*map(_texts_in, value)) if isinstance(value, list) else {_words(str(value))}


def _places(said: str, text: str) -> Iterator[int]:
    at = said.find(text)
    while at >= 0:
        yield at
        at = said.find(text, at + 1)


def _is_apart(said: str, start: int, end: int) -> bool:
    return not (_are_joined(said[start - 1 : start], said[start]) or _are_joined(said[end - 1], said[end : end + 1]))


def _are_joined(left: str, right: str) -> bool:
    """Whether two signs are of one number or one word; scripts without spaces have no such sign."""
    return (left.isdigit() and right.isdigit()) or (_is_cased(left) and _is_cased(right))


def _is_cased(sign: str) -> bool:
    return sign.lower() != sign.upper()


@lru_cache(maxsize=64)
def _compiled(block: str, text: str, names: tuple[str, ...]) -> Template:
    if len(text) > LONGEST_TEMPLATE:
        raise BlockError(block, f"it has more than {LONGEST_TEMPLATE} characters", "shorten it")
    try:
        tree = _SANDBOX.parse(text)
        if sum(1 for _ in tree.find_all(nodes.Filter)) > _MOST_FILTERS:
            raise BlockError(block, f"it uses more than {_MOST_FILTERS} filters", "write it more simply")
        _check_grammar(block, tree, frozenset(names), in_loop=False)
        return _SANDBOX.from_string(text)
    except TemplateSyntaxError as error:
        # Jinja's message may quote the template, which is the laboratory's own text and no patient's.
        raise BlockError(block, f"this is not a template: {error.message}", "correct it", error.lineno) from None
    except _FAILURES:
        raise BlockError(block, "this is not a template that can be read", "write it more simply") from None


def _check_grammar(block: str, node: nodes.Node, names: frozenset[str], *, in_loop: bool) -> None:
    if isinstance(node, nodes.For):
        names = _names_in_loop(block, node, names, in_loop=in_loop)
        in_loop = True
    elif isinstance(node, nodes.Name):
        if node.name not in names:
            _refuse(block, node, f"the block has no value called {node.name[:30]}", f"use {', '.join(sorted(names))}")
    elif isinstance(node, nodes.Getattr):
        of_loop = isinstance(node.node, nodes.Name) and node.node.name == "loop"
        allowed = _OF_LOOP if of_loop else _FIELDS
        if node.attr not in allowed:
            _refuse(block, node, f".{node.attr[:30]} may not be used here", f"use .{', .'.join(sorted(allowed))}")
    elif isinstance(node, nodes.Filter):
        _check_filter(block, node)
    elif not isinstance(node, _GRAMMAR):
        what = type(node).__name__.lower()
        _refuse(block, node, f"a laboratory's template may not use this ({what})", "print values, use if and for")
    for child in node.iter_child_nodes():
        _check_grammar(block, child, names, in_loop=in_loop)


def _names_in_loop(block: str, loop: nodes.For, names: frozenset[str], *, in_loop: bool) -> frozenset[str]:
    if in_loop or loop.recursive or not isinstance(loop.target, nodes.Name):
        _refuse(block, loop, "a loop may not be in another, recursive, or take two values", "write one plain loop")
    if not _is_list(loop.iter):
        _refuse(block, loop, "a loop may go through a list alone", f"use {' or '.join(_LISTS_OF_VALUES)}")
    return names | {loop.target.name, "loop"}


def _check_filter(block: str, node: nodes.Filter) -> None:
    plain = all(isinstance(argument, nodes.Const) for argument in node.args)
    if node.name not in _FILTERS or not plain or node.kwargs or node.dyn_args or node.dyn_kwargs:
        _refuse(block, node, f"the filter {node.name[:30]} may not be used so", f"use one of: {', '.join(_FILTERS)}")
    if node.node is None or isinstance(node.node, nodes.Const):
        _refuse(block, node, "a filter may not be used on a text of the template", "write the text as it shall stand")
    if node.name == "join" and not _is_list(node.node):
        _refuse(
            block, node, "the filter join may be used on a list alone", f"use it on {' or '.join(_LISTS_OF_VALUES)}"
        )


def _is_list(node: nodes.Node | None) -> bool:
    return isinstance(node, nodes.Name) and node.name in _LISTS_OF_VALUES


def _refuse(block: str, node: nodes.Node, message: str, remedy: str) -> NoReturn:
    raise BlockError(block, message, remedy, node.lineno)


def _joined(values: Any, separator: Any = "") -> Markup:
    """As Jinja's join, of texts in a list alone and never longer than a block; measured before it is made."""
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise TypeError("join is for a list of texts")
    if sum(map(len, values)) + len(str(separator)) * len(values) > LONGEST_OUTPUT:
        raise ValueError("the text is too long")
    return Markup.escape(separator).join(values)


def _sandbox() -> ImmutableSandboxedEnvironment:
    # Not optimised: what a template says of constants is not worked out while it is only read.
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, optimized=False)
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {name: environment.filters[name] for name in _FILTERS} | {"join": _joined}
    return environment


_SANDBOX = _sandbox()


class _Sieve(HTMLParser):
    """Writes HTML anew from the tags on the list; anything else, and any tag left open, is an error."""

    def __init__(self, name: str, block: Block, most_lines: int, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self._name, self._block, self._source = name, block, source
        self._lines_left = most_lines
        self._open: list[str] = []
        self._tag = ""
        self._written: list[str] = []
        self._readable: list[str] = []

    def sifted(self, html: str) -> str:
        self.feed(html)
        self.close()
        if self._open:
            self._tag = f"<{self._open[-1]}>"
            self._stop(f"the tag {self._open[-1]} is not closed")
        return "".join(self._written)

    def readable(self) -> str:
        """What stands in letters of a size that can be read; a tag is a space, as some begin a line."""
        return "".join(self._readable)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = self.get_starttag_text() or ""
        if tag not in _TAGS or self._block.is_text:
            allowed = "plain text alone" if self._block.is_text else ", ".join(sorted(_TAGS))
            self._stop("it has a tag that this block may not have", f"use {allowed}")
        parent = self._open[-1] if self._open else ""
        if (tag == "li") != (parent in ("ul", "ol")):
            self._stop("a list holds items, and items stand in a list")
        self._check_place(tag)
        if any(name != "class" or value not in _CLASSES for name, value in attrs):
            self._stop("a tag has an attribute that it may not have", f"use class with {', '.join(sorted(_CLASSES))}")
        self._written.append(f"<{tag}{''.join(f' {name}={chr(34)}{value}{chr(34)}' for name, value in attrs)}>")
        self._readable.append(" ")
        if tag != "br":
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag != "br":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._tag = f"</{tag}>"
        if not self._open or self._open.pop() != tag:
            self._stop("a tag is closed that is not open")
        self._written.append(f"</{tag}>")
        self._readable.append(" ")

    def handle_data(self, data: str) -> None:
        self._tag = ""
        # Here, where &#x202e; has become the character that it stands for.
        spaced = data.translate(_LINE_ENDS)
        if cleaned(spaced) != spaced:
            self._stop("it has a character that hides or turns text", "take it out; it may be written as &#…;")
        if _has_piled_marks(data):
            self._stop(f"it has more than {_MOST_MARKS} accents on one letter", "take them out")
        self._written.append(escape(data))
        self._readable.append(" " if _HARD_TO_READ.intersection(self._open) else data)

    def handle_comment(self, data: str) -> None:
        self._stop("a comment could hide the rest of the page", "write {# … #}")

    def handle_decl(self, decl: str) -> None:
        self._stop("it has a declaration")

    def handle_pi(self, data: str) -> None:
        self._stop("it has a processing instruction")

    def unknown_decl(self, data: str) -> None:
        self._stop("it has a declaration")

    def _check_place(self, tag: str) -> None:
        if tag in _SHRINKING and _SHRINKING.intersection(self._open):
            self._stop("small, sup and sub may not stand in one another", "close the first before the next")
        if len(self._open) >= _DEEPEST or (tag in _LISTS and sum(one in _LISTS for one in self._open) >= _DEEPEST_LIST):
            self._stop("its tags are nested too deeply", f"at most {_DEEPEST}, and {_DEEPEST_LIST} lists")
        if tag in _LINES:
            self._lines_left -= 1
            if self._lines_left < 0:
                self._stop("it has too many lines", f"use at most {_MOST_LINES} of {', '.join(sorted(_LINES))}")

    def _stop(self, message: str, remedy: str = "correct the tags") -> NoReturn:
        raise BlockError(self._name, message, remedy, self._line())

    def _line(self) -> int:
        """The template's line of the tag that is being read, if it is written there once and so; else 0."""
        tag = self._tag
        if not tag or self._source.count(tag) != 1:
            return 0
        return self._source.count("\n", 0, self._source.index(tag)) + 1


def _has_piled_marks(text: str) -> bool:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            return True
    return False


def text_of(block: Markup) -> str:
    """A block of plain text as it is read."""
    return " ".join(unescape(block).split())


def _letterhead(record: Record) -> View:
    lab = record["lab"]
    names = ("name", "address", "clia", "accreditation", "phone", "email")
    return {name: lab[name] for name in names}


def _statements(record: Record) -> View:
    lab = record["lab"]
    statements = (lab["ldt_statement"], lab["asr_statement"], *lab["disclaimers"])
    return {"statements": [text for text in statements if text]}


def _authorisation(record: Record) -> View:
    lab = record["lab"]
    return {"director": lab["director"], "sites": [{"clia": "", **site} for site in lab["sites"]]}


def _footer(record: Record) -> View:
    report = record["report"]
    return {"name": record["lab"]["name"], "report_id": report["id"], "version": str(report["version"])}


def _contact(record: Record) -> View:
    return {name: record["lab"][name] for name in ("name", "phone", "email")}


BLOCKS: Mapping[str, Block] = {
    "letterhead": Block(_letterhead, lambda values: (values["name"], values["address"], values["clia"])),
    "after_summary": Block(_contact, lambda _: ()),
    "statements": Block(_statements, lambda values: values["statements"]),
    "authorisation_note": Block(
        _authorisation,
        lambda values: (values["director"], *(site[key] for site in values["sites"] for key in ("name", "address"))),
    ),
    "closing": Block(_contact, lambda _: ()),
    "footer": Block(_footer, lambda values: tuple(values.values()), is_text=True),
}


_SAMPLE_REPORT = {"id": "R-0", "version": 907}


def _sample(filled: str) -> dict[str, Any]:
    """A laboratory of which everything is stated, or, with "", only what lab.toml requires."""
    optional = ("clia", "accreditation", "director", "phone", "email", "ldt_statement", "asr_statement")
    site = {"role": "performed", "name": "Name of a site", "address": "Address of a site"}
    return {
        "lab": {name: f"The {name.replace('_', ' ')}" if filled else "" for name in optional}
        | {"name": "Name of the laboratory", "address": "Address of the laboratory"}
        | {"disclaimers": ["A disclaimer"] if filled else [], "sites": [site]},
        "report": _SAMPLE_REPORT,
    }


_SAMPLES = (_sample("all"), _sample(""))

if set(BLOCKS) != set(TEMPLATE_BLOCKS):
    raise AssertionError("parsers.branding lists other blocks")
