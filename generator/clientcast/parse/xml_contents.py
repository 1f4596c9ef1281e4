"""Parsing of XML bodies: those that become models, and why others do not."""

from msgspec import Struct, field

from clientcast import ir
from clientcast.parse.context import Context, first_example
from clientcast.parse.schemas import SchemaReader
from clientcast.parse.xml import read_xml
from clientcast.plain import is_mapping, mapping
from clientcast.references import Located

_TEXTS = (ir.ScalarKind.STRING, ir.ScalarKind.BINARY, ir.ScalarKind.BYTES)


class XmlContentReader(Struct, frozen=True):
    """Reader of the XML bodies of a document."""

    context: Context
    schemas: SchemaReader
    _reported: set[ir.XmlProblem] = field(default_factory=set[ir.XmlProblem])

    def read(
        self,
        name: str,
        media_type: Located,
        name_hint: tuple[str, ...],
        *,
        is_request: bool,
    ) -> ir.Content | None:
        """Return a body of XML; None if no schema describes it, or if XML cannot express it.

        Args:
            name: The media type.
            media_type: The Media Type Object.
            name_hint: Words for the name of a declaration.
            is_request: Whether the body is written, which needs the name of its root element.
        """
        value = mapping(media_type.value).get("schema")
        if not is_mapping(value):
            return None
        schema = Located(f"{media_type.pointer}/schema", value)
        type_ = self.schemas.type_of(schema, name_hint)
        xml = read_xml(self.context, (schema,))
        shapes = ir.XmlShapes(self.schemas.declared, self.schemas.discriminators.select)
        body = shapes.body(type_, xml)
        if not _is_described(type_, body, xml):
            return None
        problems = shapes.problems
        if is_request and not body.has_root:
            problems.append(ir.XmlProblem(schema.pointer, _NO_ROOT))
        for problem in problems:
            self._report(problem, schema)
        if any(problem.is_fatal for problem in problems):
            return None
        example = first_example(media_type, self.context)
        return ir.Content(ir.MediaKind.XML, (name,), type_, example, xml=xml)

    def _report(self, problem: ir.XmlProblem, schema: Located) -> None:
        if problem in self._reported:
            return
        self._reported.add(problem)
        pointer = problem.pointer or schema.pointer
        if not problem.is_fatal:
            self.context.warn(pointer, "xml-text", problem.message)
            return
        message = f"XML with this schema does not become a model: {problem.message}"
        self.context.warn(pointer, "xml-model", message)


_NO_ROOT = "the root element has no name: give it one with `xml.name`, or a component"


def _is_described(type_: ir.Type, body: ir.XmlBody, xml: ir.Xml) -> bool:
    """Return whether a schema describes more than any text, or any XML."""
    match body.shape:
        case ir.XmlAnything():
            return False
        case ir.XmlText():
            is_text = isinstance(type_, ir.Scalar) and type_.kind in _TEXTS
            return bool(xml.name) if is_text else body.root is not None
        case ir.XmlObject((), ir.XmlAnything()):
            return False
        case _:
            return True
