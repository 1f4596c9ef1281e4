"""Findings of openapi-spec-validator in a document."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple, cast
from urllib.parse import urldefrag, urljoin

from clientcast.plain import is_list
from clientcast.validation.acceptance import Doubts
from clientcast.validation.path_index import Path, PathIndex, value_at
from clientcast.validation.schema_errors import InvalidSchemaError, keep_all_errors
from clientcast.validation.walk import Suspect

_MESSAGE_LENGTH = 120
_QUOTED = re.compile(r"'([^']*)'")
_SHARED = ("$schema", "definitions", "$defs")


class Finding(NamedTuple):
    """A finding of the validator.

    Attributes:
        kind: `default`, `field`, `pattern`, `format` or `other`.
        path: Keys and indexes from the root to the value.
        at_key: Whether the key of the value is wrong.
    """

    kind: str
    path: Path
    at_key: bool
    message: str


def speed_up() -> None:
    """Replace slow parts of the validator by equivalent ones."""
    import pathable.accessors
    from openapi_schema_validator import OAS30Validator, OAS31Validator, OAS32Validator
    from openapi_spec_validator.validation.keywords import SchemaValidator

    cache_urls()
    # All values of JSON with items, instead of a protocol, which is looked up each time.
    setattr(pathable.accessors, "Subscriptable", (dict, list, str))
    _remember_ids_in_sets(SchemaValidator)
    for kind in (OAS30Validator, OAS31Validator, OAS32Validator):
        _check_schemas_in_rust(kind)


def cache_urls() -> None:
    """Join the URLs of the validator's references once, not for each value of the document."""
    module = sys.modules.get("referencing._core")
    if module is not None:
        for function in (urldefrag, urljoin):
            setattr(module, function.__name__, lru_cache(1024)(function))


class _Ids(set[int]):
    """Set in place of a list, in which each search reads all ids."""

    def append(self, item: int) -> None:
        self.add(item)


def _remember_ids_in_sets(kind: Any) -> None:
    original = kind.__init__

    def __init__(self: Any, registry: Any) -> None:
        original(self, registry)
        self.visited_schema_ids = _Ids()
        self.meta_checked_schema_ids = _Ids()

    kind.__init__ = __init__


def _check_schemas_in_rust(kind: Any) -> None:
    """Let Python find the errors of those schemas only that jsonschema-rs finds invalid."""
    from jsonschema_rs import Registry, validator_for
    from openapi_schema_validator._regex import is_valid_regex
    from openapi_schema_validator._specifications import REGISTRY

    resources = [(uri, REGISTRY.contents(uri)) for uri in REGISTRY]
    validator = validator_for(
        kind.META_SCHEMA,
        formats={"regex": is_valid_regex},
        validate_formats=True,
        registry=Registry(cast("Any", resources)),
    )
    original = kind.check_schema.__func__

    def check_schema(cls: Any, /, schema: Any, **options: Any) -> None:
        try:
            is_valid = validator.is_valid(schema)
        except ValueError:  # A number or the nesting is beyond its limits.
            is_valid = False
        if not is_valid:
            original(cls, schema, **options)

    kind.check_schema = classmethod(check_schema)


def find(document: dict[str, Any], doubts: Doubts | None) -> list[Finding]:
    """Return the findings in a document.

    Args:
        document: The document.
        doubts: What may be wrong with it; None if everything may be.
    """
    if doubts is not None and not doubts.grammar:
        if all(suspect.refusals for suspect in doubts.suspects):
            return _refused_defaults(document, doubts.suspects)
    with suppress(ImportError, AttributeError):  # Of another version of the validator.
        speed_up()
    found: dict[tuple[str, Path, str], Finding] = {}
    try:
        for finding in _findings(document, doubts):
            once = "" if finding.kind == "default" else finding.message
            found.setdefault((finding.kind, finding.path, once), finding)
    except _WrongDoubtError:
        return find(document, None)
    except Exception:
        if not found:
            raise
    return list(found.values())


def _refused_defaults(
    document: dict[str, Any], suspects: Iterable[Suspect]
) -> list[Finding]:
    """Return the findings in defaults of which the refusals are known."""
    index = PathIndex(document)
    found: dict[Path, Finding] = {}
    for suspect in suspects:
        for schema, message in suspect.refusals:
            place = index.path_of(schema)
            if place is not None:
                finding = _default_finding(
                    index, place, schema, suspect.default, message
                )
                found.setdefault(finding.path, finding)
    return list(found.values())


class _WrongDoubtError(Exception):
    """The validator does not find what jsonschema-rs finds."""


def _findings(document: dict[str, Any], doubts: Doubts | None) -> Iterator[Finding]:
    from jsonschema_path import SchemaPath
    from openapi_spec_validator import (
        OpenAPIV30SpecValidator,
        OpenAPIV31SpecValidator,
        OpenAPIV32SpecValidator,
    )
    from openapi_spec_validator.validation import keywords
    from openapi_spec_validator.validation.exceptions import (
        DuplicateOperationIDError,
        ExtraParametersError,
        ParameterDuplicateError,
        UnresolvableParameterError,
    )

    validators = {
        "3.0": OpenAPIV30SpecValidator,
        "3.1": OpenAPIV31SpecValidator,
        "3.2": OpenAPIV32SpecValidator,
    }
    ignored_errors = (
        DuplicateOperationIDError,
        ExtraParametersError,
        ParameterDuplicateError,
        UnresolvableParameterError,
    )  # The validator does not locate these; the rules of `check` do.
    for kind in (
        keywords.OpenAPIV30ValueValidator,
        keywords.OpenAPIV31ValueValidator,
        keywords.OpenAPIV32ValueValidator,
    ):
        kind.value_validator_cls = _without_patterns(kind.value_validator_cls)
    refuse: Any = dict.fromkeys(("http", "https", "file", "", "<all_urls>"), _refuse)
    path = SchemaPath.from_dict(document, handlers=refuse)
    validator = validators[str(document["openapi"])[:3]](path)
    index = PathIndex(document)
    keep_all_errors(keywords.SchemaValidator, index)
    errors = validator.iter_errors() if doubts is None else _errors(validator, doubts)
    for error in errors:
        if isinstance(error, ignored_errors) or error.message.startswith(
            "Duplicate tag"
        ):
            continue
        if isinstance(error.cause, InvalidSchemaError):
            yield from _invalid_schema_findings(error.cause)
        elif isinstance(error.validator, str):
            yield from _schema_findings(error, index)
        else:
            grammar = cast(Any, validator.schema_validator).schema
            yield from _document_findings(error, document, grammar)


def _errors(validator: Any, doubts: Doubts) -> Iterator[Any]:
    """Yield the errors of the validator at the places of doubt.

    Raises:
        _WrongDoubtError: It finds nothing in a schema, and would look into it.
    """
    from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

    if doubts.grammar:
        for error in validator.schema_validator.iter_errors(validator.schema):
            yield OpenAPIValidationError.create_from(error)
    schema_validator = validator.keyword_validators_registry["schema"]
    for suspect in doubts.suspects:
        place = validator.schema_path
        for part in suspect.path:
            place //= part
        if suspect.kind == "schema":
            error = schema_validator._validate_schema_meta(place, place.read_value())
            if error is None:
                raise _WrongDoubtError
            yield error
        else:
            default = (place / "default").read_value()
            for error in schema_validator.default_validator(place, default):
                yield OpenAPIValidationError.create_from(error)


def _invalid_schema_findings(invalid: InvalidSchemaError) -> Iterator[Finding]:
    wrong = {tuple(error.absolute_path)[:-1] for error in invalid.errors}
    for error in invalid.errors:
        if error.validator == "dependencies" and tuple(error.absolute_path) in wrong:
            continue  # A keyword that is wrong itself needs no other.
        path = (*invalid.path, *error.absolute_path)
        message = str(error.message)
        yield from _precise_findings(path, error.validator, message, error.instance)


def _without_patterns(checker: Any) -> Any:
    """Return a validator without regular expressions, which may take exponential time."""

    def pass_over(*_: object) -> tuple[()]:
        return ()

    from jsonschema.validators import extend  # type: ignore[import-untyped]

    ignored = {"pattern": pass_over, "patternProperties": pass_over}
    return cast(Any, extend)(checker, ignored)


def _refuse(uri: str) -> object:
    raise LookupError(f"{uri} is outside the document")


def _schema_findings(error: Any, index: PathIndex) -> Iterator[Finding]:
    """Yield a finding in a schema; the validator gives only the path within the schema."""
    schema, value, message = (
        index.path_of(error.schema),
        error.instance,
        str(error.message),
    )
    if schema is None:
        inside = index.path_of(value)
        suffix = tuple(error.absolute_path)
        path = inside if inside is not None else index.path_ending_with(suffix, value)
        yield from _precise_findings(path, error.validator, message, value)
        return
    yield _default_finding(index, schema, error.schema, value, message)


def _default_finding(
    index: PathIndex, place: Path, schema: Mapping[str, Any], value: Any, message: str
) -> Finding:
    """Return a finding in a default.

    Args:
        place: The path of the schema.
        schema: The schema with the keyword that refuses the value.
        value: The default, or the value within it that is refused.
        message: The message of the validator.
    """
    own = schema.get("default")
    path = index.path_of(value) or ((*place, "default") if own == value else place)
    what = f"the default does not match its schema: {_shorten_message(message)}"
    return Finding("default", path, False, what)


def _document_findings(
    error: Any, document: Any, grammar: dict[str, Any], parent: Path = ()
) -> Iterator[Finding]:
    """Yield the findings of an error in the document, or in the part of it at a path."""
    inside, steps = tuple(error.absolute_path), tuple(error.absolute_schema_path)
    path, value, message = (
        (*parent, *inside),
        value_at(document, inside),
        str(error.message),
    )
    keyword = steps[-1] if steps else ""
    if keyword == "not":
        names = value_at(grammar, steps).get("required", ())
        message = f"{' and '.join(names)} exclude one another"
    alternatives: list[Any] = (
        value_at(grammar, steps) if keyword in ("oneOf", "anyOf") else []
    )
    is_reference = isinstance(value, dict) and "$ref" in value
    matching = [
        alternative
        for alternative in alternatives
        if str(alternative.get("$ref", "")).endswith("/Reference") is is_reference
    ]
    if len(matching) != 1:
        yield from _precise_findings(path, keyword, message, value)
        return
    # The error says that no alternative matches, but not why the intended one does not.
    from openapi_spec_validator.schemas.backend import get_validator_for

    part = {key: grammar[key] for key in _SHARED if key in grammar} | {
        "allOf": matching
    }
    for error in get_validator_for(part).iter_errors(value):
        yield from _document_findings(error, value, part, path)


def _precise_findings(
    path: Path, keyword: Any, message: str, value: Any
) -> Iterator[Finding]:
    """Yield a finding at the wrong key or item rather than at the object around it."""
    message = _shorten_message(message)
    unknown: list[str] = []
    if keyword in ("additionalProperties", "unevaluatedProperties"):
        unknown = [name for name in _QUOTED.findall(message) if name in value]
    for name in unknown:
        what = f"this version of OpenAPI has no field '{name}' here"
        yield Finding("field", (*path, name), True, what)
    if unknown:
        return
    match keyword:
        case "required":
            yield Finding("other", path, True, message)
        case "format" if message.endswith("'regex'"):
            what = "this pattern is not a regular expression"
            yield Finding("pattern", path, False, what)
        case "format":
            yield Finding("format", path, False, message)
        case "uniqueItems" if is_list(value):
            doubled = (i for i, item in enumerate(value) if item in value[:i])
            yield Finding("other", (*path, next(doubled, 0)), False, message)
        case _:
            yield Finding("other", path, False, message)


def _shorten_message(message: str) -> str:
    message = " ".join(message.partition("\n\n")[0].split()).replace('"', "'")
    if (
        len(message) > _MESSAGE_LENGTH
    ):  # It begins with the value, which the source line shows.
        message = f"...{message[-_MESSAGE_LENGTH:]}"
    return message
