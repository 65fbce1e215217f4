"""What does an HTML page say to its reader?

The text that a browser shows, in the order of the source: headings, paragraphs, list items with
their numbers, tables with their spans. Nothing is loaded and no script is run. Places are
counted: the page's own lines mean nothing to its reader.
"""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.html_depth import MAX_DEPTH, is_too_deep
from ingest.html_hidden import NEVER_TEXT, HiddenElements
from ingest.html_table import layout_tables, table_of, value_of
from ingest.list_numbers import alphabetic, roman
from ingest.part_writer import Part, PartWriter
from ingest.table_heads import head_rows_of
from ingest.text_encoding import encoding_warnings, html_text
from schemas.document import Document
from schemas.errors import TooLarge, UnreadableDocument
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data"),
        *("del", "dfn", "em", "font", "i", "img", "input", "ins", "kbd", "label", "mark"),
        *("meter", "nobr", "output", "picture", "progress", "q", "rb", "rt", "ruby", "s", "samp"),
        *("select", "small", "span", "strike", "strong", "sub", "sup", "textarea", "time", "tt"),
        *("u", "var", "wbr"),
    )
)


def read_html(
    data: bytes, *, document_id: str, name: str, media_type: str, limits: IngestSettings
) -> Document:
    found = html_text(data)
    if found is None:
        raise UnreadableDocument(f"{name}: the file is no text", param=name)
    text, encoding = found
    writer = PartWriter(name, limits)
    page = HtmlPage(writer, name)
    page.write(text)
    return writer.document(
        document_id,
        media_type,
        warnings=(*encoding_warnings(encoding, name), *page.warnings()),
        metadata={"encoding": encoding, **({"title": page.title} if page.title else {})},
    )


class HtmlPage:
    """Writes a page; `label` and `table_label` say what its paragraphs and tables are called."""

    def __init__(
        self, writer: PartWriter, name: str, label: str = "paragraph", table_label: str = "table"
    ) -> None:
        self._writer, self._name = writer, name
        self._label, self._table_label = label, table_label
        self._num_blocks = self._num_tables = 0
        self._num_hidden = self._num_pictures = self._num_options = 0
        self._line: list[str] = []
        self._marker = ""
        self._pre_depth = 0
        self._in_cell = False
        self._list_numbers: dict[int, int] = {}
        self._layout_tables: set[int] = set()
        self.title = ""

    def write(self, text: str) -> None:
        if is_too_deep(text):
            raise TooLarge(
                f"{self._name}: its HTML is nested more than {MAX_DEPTH:,} elements deep, which "
                "no page needs; save it again from a browser",
                param=self._name,
            )
        page = LexborHTMLParser(text)
        self._list_numbers.clear()
        titles = page.css("title")
        self.title = " ".join(titles[0].text().split()) if titles else ""
        self._hidden = HiddenElements(page)
        self._layout_tables = layout_tables(page)
        if page.body is not None:
            self._walk(page.body)
        self._flush()

    def warnings(self) -> list[Problem]:
        told = {
            "hidden_text": self._num_hidden
            and f"{self._num_hidden:,} characters stand in elements that a browser does not show; "
            "they were not read",
            "pictures_not_read": self._num_pictures
            and f"pictures are not read ({self._num_pictures:,} of the page), but what it says in "
            "their place is",
            "options_not_read": self._num_options
            and f"of fields with options only the chosen one was read ({self._num_options:,} "
            "others were not)",
        }
        return [
            Problem(code=code, message=message, document=self._name)
            for code, message in told.items()
            if message
        ]

    def _walk(self, root: LexborNode) -> None:
        """In the order of the source, without recursion: pages nest deeper than Python does."""
        node: LexborNode | None = root
        while node is not None:
            if self._enter(node) and node.first_child is not None:
                node = node.first_child
                continue
            while node is not None and node.mem_id != root.mem_id and node.next is None:
                node = node.parent
                if node is not None:
                    self._leave(node)
            if node is None or node.mem_id == root.mem_id:
                return
            node = node.next

    def _enter(self, node: LexborNode) -> bool:
        """Whether what it holds is read too; what holds nothing is left at once."""
        if node.is_text_node:
            self._line.append(self._shown_text(node.text_content or ""))
            return False
        tag = node.tag or ""
        if not node.is_element_node or tag in NEVER_TEXT:
            return False
        if node in self._hidden:
            self._num_hidden += len(" ".join(node.text().split()))
            return False
        if tag in ("input", "select"):
            self._num_options += max(0, len(node.css("option")) - 1)
            self._line.append(value_of(node))
            return False
        if tag == "img":
            self._write_picture(node)
            return False
        if tag == "table" and not self._in_cell and node.mem_id not in self._layout_tables:
            self._flush()
            self._write_table(node)
            return False
        self._begin(tag, node)
        if node.first_child is None:
            self._leave(node)
        return True

    def _write_picture(self, node: LexborNode) -> None:
        """What is said in its place; one that says that it is nothing is decoration."""
        said = node.attributes.get("alt")
        words = " ".join((said or "").split())
        if words:
            self._line.append(f" [picture: {words}] ")
        self._num_pictures += bool(words) or said is None

    def _begin(self, tag: str, node: LexborNode) -> None:
        if tag == "br":
            self._line.append(" " if self._in_cell else "\n")
        elif tag not in _INLINE:
            self._flush()
            self._pre_depth += tag == "pre"
            if tag == "li":
                self._marker = self._marker_of(node)

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag not in _INLINE and tag != "br":
            self._flush(_HEADINGS.get(tag, 0))
            self._pre_depth -= tag == "pre"

    def _shown_text(self, text: str) -> str:
        """Line breaks of the source are blanks, but in preformatted text."""
        is_kept = self._pre_depth and not self._in_cell
        return text if is_kept else text.replace("\n", " ").replace("\r", " ")

    def _flush(self, level: int = 0) -> None:
        """What was collected is a paragraph, or a heading; in a cell it goes on."""
        if self._in_cell:
            self._line.append(" ")
            return
        text, self._line = "".join(self._line), []
        if not text.strip():
            return
        marker, self._marker = self._marker, ""
        self._num_blocks += 1
        part = Part(self._label, self._num_blocks)
        if level:
            self._writer.heading(marker + text.strip(), level, part)
        else:
            self._writer.paragraph(marker + text.strip(), part)

    def _write_table(self, node: LexborNode) -> None:
        self._num_tables += 1
        part = Part(f"{self._table_label} {self._num_tables}")
        table = table_of(node, self._cell_text, lambda inner: inner not in self._hidden)
        for caption in table.captions:
            self._writer.paragraph(caption, part)
        head_rows = head_rows_of(table.cells, said=table.said_head_rows)
        self._writer.table(table.cells, part, head_rows)

    def _cell_text(self, cell: LexborNode) -> str:
        """All that is shown in it, on one line."""
        kept, self._line, self._in_cell = self._line, [], True
        self._walk(cell)
        text, self._line, self._in_cell = "".join(self._line), kept, False
        return text

    def _marker_of(self, item: LexborNode) -> str:
        """What a browser writes before a list item."""
        around = item.parent
        if around is None or around.tag != "ol":
            return "- "
        numbers, key = self._list_numbers, around.mem_id
        number = _number(item.attributes.get("value"))
        if number is None:
            start = _number(around.attributes.get("start"))
            number = numbers.get(key, 1 if start is None else start)
        numbers[key] = number + 1
        return f"{_counted(number, around.attributes.get('type') or '1')}. "


def _number(said: str | None) -> int | None:
    said = (said or "").strip()
    is_number = said.isascii() and said.removeprefix("-").isdecimal() and len(said) < 9
    return int(said) if is_number else None


def _counted(number: int, kind: str) -> str:
    match kind:
        case "a" | "A":
            letters = alphabetic(number)
        case "i" | "I":
            letters = roman(number)
        case _:
            return str(number)
    return letters.upper() if kind.isupper() else letters
