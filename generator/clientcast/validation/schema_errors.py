"""All errors of a schema: openapi-spec-validator gives the first, which may be any of them."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from clientcast.validation.path_index import Path, PathIndex


class InvalidSchemaError(Exception):
    """All errors of a schema.

    Attributes:
        path: The path of the schema.
        errors: The errors, sorted.
    """

    def __init__(self, path: Path, errors: Iterable[Any]) -> None:
        super().__init__()
        self.path = path
        self.errors = sorted(errors, key=_place_and_message)


def _place_and_message(error: Any) -> tuple[str, ...]:
    return (*map(str, error.absolute_path), str(error.message))


def keep_all_errors(validator: Any, index: PathIndex) -> None:
    """Let the validator of schemas give all errors of a schema, as the cause of the first."""
    from jsonschema.validators import validator_for  # type: ignore[import-untyped]
    from openapi_schema_validator._specifications import REGISTRY

    original = validator._validate_schema_meta

    def _validate_schema_meta(self: Any, place: Any, schema: Any) -> Any:
        error = original(self, place, schema)
        path = index.path_of(schema)
        if error is None or path is None:
            return error
        with suppress(ValueError):  # The dialect of the schema is unknown.
            check = self._get_schema_checker(place, schema)
            dialect = getattr(check, "func", check).__self__
            grammar = dialect.META_SCHEMA
            formats = {"format_checker": dialect.FORMAT_CHECKER}
            options = getattr(check, "keywords", formats)
            kind = validator_for(grammar, default=dialect)
            checker = kind(grammar, registry=REGISTRY, **options)
            error.cause = InvalidSchemaError(path, checker.iter_errors(schema))
        return error

    validator._validate_schema_meta = _validate_schema_meta
