"""Process that validates a document with openapi-spec-validator.

The validator fetches remote references, and needs unbounded time and memory for some
documents. Here it has no network, and limits of CPU and memory.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from jsonschema_path import SchemaPath
from openapi_spec_validator import (
    OpenAPIV2SpecValidator,
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)

from tests.corpus.documents import load

SECONDS = 60
BYTES = 4 << 30

VALIDATORS: dict[str, Any] = {
    "2.0": OpenAPIV2SpecValidator,
    "3.0": OpenAPIV30SpecValidator,
    "3.1": OpenAPIV31SpecValidator,
    "3.2": OpenAPIV32SpecValidator,
}


def main() -> None:
    """Print yes if the document of the first argument is valid, no otherwise."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    path = Path(sys.argv[1])
    data = json.loads(json.dumps(load(path)))  # All keys become strings.
    version = str(data.get("openapi", data.get("swagger")))[:3]
    refuse = dict.fromkeys(("http", "https"), _refuse)
    spec = SchemaPath.from_dict(data, base_uri=path.as_uri(), handlers=refuse)
    print("yes" if VALIDATORS[version](spec).is_valid() else "no")


def _refuse(uri: str) -> object:
    raise LookupError(f"{uri} is not fetched")


if __name__ == "__main__":
    main()
