"""The process in which openapi-spec-validator runs: a document in, its findings out.

It is started by `validator`, and imported by nothing.
"""

import json
import sys

SECONDS = 60
BYTES = 4 << 30

_MESSAGE_LENGTH = 300


def main() -> None:
    """Read a document as JSON from standard input, write its findings as JSON."""
    _limit()
    document = json.load(sys.stdin)
    json.dump(_findings(document), sys.stdout)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits.
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def _findings(document: dict[str, object]) -> list[tuple[list[object], str]]:
    from jsonschema_path import SchemaPath
    from openapi_spec_validator import (
        OpenAPIV30SpecValidator,
        OpenAPIV31SpecValidator,
        OpenAPIV32SpecValidator,
    )

    validators = {
        "3.0": OpenAPIV30SpecValidator,
        "3.1": OpenAPIV31SpecValidator,
        "3.2": OpenAPIV32SpecValidator,
    }
    refuse = dict.fromkeys(("http", "https", "file", "", "<all_urls>"), _refuse)
    path = SchemaPath.from_dict(document, handlers=refuse)
    validator = validators[str(document["openapi"])[:3]](path)
    found = []
    for error in validator.iter_errors():
        where = list(error.absolute_path or error.path)
        message = " ".join(str(error.message).split())
        if len(message) > _MESSAGE_LENGTH:
            message = f"{message[:_MESSAGE_LENGTH]}..."
        found.append((where, message))
    return found


def _refuse(uri: str) -> object:
    raise LookupError(f"{uri} is outside the document")


if __name__ == "__main__":
    main()
