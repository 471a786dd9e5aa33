"""DOCX files: paragraphs, headings by style, lists by numbering, tables, notes; what was deleted is not read.

Headers and footers are left out, as they are repeated on each page; so are fields of the table of contents, hidden text
and comments. Nothing outside the file is looked at, whatever it links to.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml

from egov_kg.documents import fields, shapes
from egov_kg.documents.composition import Composition, Run, clean
from egov_kg.documents.formats import Refusal
from egov_kg.documents.numbering import Numbering
from egov_kg.documents.outline import Outline
from egov_kg.documents.packages import check_package

__all__ = ["outline"]

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DELETED: Final = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_MC}Fallback", f"{_W}rPr", f"{_W}pPr"})
_TITLES: Final = frozenset({"title", "제목"})
_OFF: Final = frozenset({"0", "false", "off", "none"})


def outline(data: bytes, _option: str = "") -> Outline:
    """Return the outline of a DOCX file.

    Args:
        data: Its bytes.

    Raises:
        Refusal: If it is no DOCX file, damaged, encrypted, hostile, or without words.
    """
    check_package(data)
    try:
        opened = docx.Document(io.BytesIO(data))
    except (KeyError, ValueError, PackageNotFoundError) as error:
        raise Refusal(
            f"is no DOCX file as the standard has it ({error})"[:160], "Open it in a word processor and save it again."
        ) from error
    reader = _Reader(opened)
    result = reader.read()
    if not result.text.strip():
        raise Refusal("holds no words", "If it holds pictures of pages, have their text recognised first.")
    properties = opened.core_properties
    known = {"file_title": properties.title, "file_author": properties.author}
    result.metadata |= {key: clean(value).strip() for key, value in known.items() if value and value.strip()}
    result.metadata["reader"] = f"python-docx {version('python-docx')}"
    return result


@dataclass(slots=True)
class _Paragraph:
    """The words of a paragraph, and the text boxes that hang on it."""

    lines: list[list[Run]] = field(default_factory=lambda: [[]])
    boxes: list[Any] = field(default_factory=list)

    def text(self) -> str:
        return " ".join("".join(run.text for run in line) for line in self.lines)

    def runs(self) -> list[Run]:
        joined: list[Run] = []
        for line in self.lines:
            joined += [*line, Run(" ")]
        return joined


class _Style:
    """What a style says of its paragraphs, with what it takes from the style that it is based on."""

    def __init__(self, element: Any, styles: dict[str, Any]) -> None:
        self.name = ""
        self.level: int | None = None
        self.number: tuple[str, int] | None = None
        seen = 0
        while element is not None and seen < 20:
            self.name = self.name or _value(element, "name").casefold()
            found = element.find(f"{_W}pPr")
            if found is not None:
                if self.level is None:
                    self.level = _level(found)
                self.number = self.number or _number(found)
            element = styles.get(_value(element, "basedOn"))
            seen += 1


class _Reader:
    """One pass over the body."""

    def __init__(self, opened: Any) -> None:
        self.body = opened.element.body
        self.composition = Composition()
        self.parts = _parts(opened)
        sheet = self.parts.get("styles")
        found = [] if sheet is None else [each for each in sheet if each.tag == f"{_W}style"]
        styles = {each.get(f"{_W}styleId", ""): each for each in found}
        default = next((each for each in found if each.get(f"{_W}default") in {"1", "true"}), None)
        self.styles = {key: _Style(each, styles) for key, each in styles.items()}
        self.default = _Style(default, styles)
        self.numbering = Numbering(self.parts.get("numbering"))
        self.labels: dict[tuple[str, str], str] = {}
        self.has_title = False

    def read(self) -> Outline:
        self._blocks(self.body)
        for kind in ("footnote", "endnote"):
            self._notes(kind)
        return self.composition.finish()

    def _blocks(self, holder: Any) -> None:
        for element in holder:
            if element.tag == f"{_W}p":
                self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                self.composition.table([self._row(row) for row in _below(element, "tr")])
            elif element.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}moveTo"}:
                self._blocks(element)

    # Paragraphs

    def _paragraph(self, element: Any) -> None:
        own = element.find(f"{_W}pPr")
        style = self.styles.get(_value(own, "pStyle") if own is not None else "", self.default)
        found = self._words(element)
        level = _level(own) if own is not None else None
        level = style.level if level is None else level
        number = (_number(own) if own is not None else None) or style.number
        if not clean(found.text()).strip():
            pass
        elif style.name.startswith("toc"):
            self.composition.chrome(found.text())
        elif style.name in _TITLES:
            self.has_title = True
            self.composition.heading(found.runs(), 1)
        elif level is not None and 0 <= level < 9:
            self.composition.heading(found.runs(), level + 1 + self.has_title)
        elif number is not None and number[0] != "0":
            self.composition.item(found.runs(), level=number[1] + 1, marker=self.numbering.next(*number))
        else:
            self._plain(found, style)
        for box in found.boxes:
            self._blocks(box)

    def _plain(self, found: _Paragraph, style: _Style) -> None:
        if style.name == "caption":
            self.composition.caption(found.runs())
            return
        lines = [clean("".join(run.text for run in line)).strip() for line in found.lines]
        if len(lines) > 1 and all(fields.field(line) or shapes.item(line) or not line for line in lines):
            for line in found.lines:
                self.composition.paragraph(line, tight=True)
        else:
            words = lines[0] if len(lines) == 1 else ""
            is_entry = bool(fields.field(words) or shapes.item(words) or fields.is_key(words))
            self.composition.paragraph(found.runs(), tight=is_entry)

    def _words(self, element: Any) -> _Paragraph:
        found = _Paragraph()
        self._collect(element, found)
        return found

    def _collect(self, element: Any, found: _Paragraph) -> None:
        for child in element:
            if child.tag in _DELETED or not isinstance(child.tag, str):
                continue
            if child.tag == f"{_W}r":
                self._run(child, found)
            elif child.tag == f"{_W}txbxContent":
                found.boxes.append(child)
            else:
                self._collect(child, found)

    def _run(self, element: Any, found: _Paragraph) -> None:
        look = element.find(f"{_W}rPr")
        if look is not None and _is_on(look, "vanish"):
            return
        strong = look is not None and _is_on(look, "b")
        for child in element:
            match child.tag.removeprefix(_W) if isinstance(child.tag, str) else "":
                case "t":
                    found.lines[-1].append(Run(child.text or "", strong))
                case "tab" | "ptab":
                    found.lines[-1].append(Run(" ", strong))
                case "noBreakHyphen":
                    found.lines[-1].append(Run("-", strong))
                case "br" | "cr":
                    found.lines.append([])
                case "footnoteReference" | "endnoteReference" as tag:
                    label = self._label(tag.removesuffix("Reference"), child.get(f"{_W}id", ""))
                    found.lines[-1].append(Run("", note=label))
                case "drawing" | "pict" | "object":
                    self._collect(child, found)
                case _:
                    if child.tag == f"{_MC}AlternateContent":
                        self._collect(child, found)

    def _label(self, kind: str, number: str) -> str:
        key = (kind, number)
        if key not in self.labels:
            count = sum(each == kind for each, _ in self.labels) + 1
            self.labels[key] = f"{count}" if kind == "footnote" else f"e{count}"
        return self.labels[key]

    # Tables

    def _row(self, row: Any) -> list[list[list[Run]]]:
        cells: list[list[list[Run]]] = []
        for cell in _below(row, "tc"):
            look = cell.find(f"{_W}tcPr")
            merge = None if look is None else look.find(f"{_W}vMerge")
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            cells.append([] if goes_on else list(self._cell(cell)))
            width = "1" if look is None else _value(look, "gridSpan") or "1"
            cells += [[] for _ in range(min(int(width), 64) - 1 if width.isdecimal() else 0)]
        return cells

    def _cell(self, cell: Any) -> Iterator[list[Run]]:
        for element in cell.iter(f"{_W}p"):
            found = self._words(element)
            own = element.find(f"{_W}pPr")
            number = _number(own) if own is not None else None
            if number is None and own is not None and _value(own, "pStyle") in self.styles:
                number = self.styles[_value(own, "pStyle")].number
            if number is not None and number[0] != "0" and clean(found.text()).strip():
                yield [Run(f"{self.numbering.next(*number)} "), *found.runs()]
            else:
                yield from found.lines

    # Notes

    def _notes(self, kind: str) -> None:
        part = self.parts.get(f"{kind}s")
        for note in () if part is None else part:
            if note.tag != f"{_W}{kind}" or (kind, note.get(f"{_W}id", "")) not in self.labels:
                continue  # separators, and notes that nothing refers to
            runs = [run for element in note.iter(f"{_W}p") for run in self._words(element).runs()]
            self.composition.note(self.labels[kind, note.get(f"{_W}id", "")], [run for run in runs if not run.note])


def _parts(opened: Any) -> dict[str, Any]:
    """Return the roots of the parts that the document names, by the last word of their relation: ``footnotes``."""
    found: dict[str, Any] = {}
    for relation in opened.part.rels.values():
        name = relation.reltype.rpartition("/")[2]
        if not relation.is_external and name in {"styles", "numbering", "footnotes", "endnotes"}:
            found[name] = parse_xml(relation.target_part.blob)
    return found


def _below(element: Any, name: str) -> Iterator[Any]:
    """Yield the elements of a name right below another, or in a wrapper there."""
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"}:
            yield from _below(child, name)


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}")
    value: str = "" if found is None else found.get(f"{_W}val", "")
    return value


def _is_on(look: Any, name: str) -> bool:
    found = look.find(f"{_W}{name}")
    return found is not None and found.get(f"{_W}val", "1") not in _OFF


def _level(properties: Any) -> int | None:
    value = _value(properties, "outlineLvl")
    return int(value) if value.isdecimal() else None


def _number(properties: Any) -> tuple[str, int] | None:
    found = properties.find(f"{_W}numPr")
    if found is None:
        return None
    depth = _value(found, "ilvl")
    return _value(found, "numId") or "0", min(int(depth), 8) if depth.isdecimal() else 0
