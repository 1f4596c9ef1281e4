"""Fuzzing of the stages that read documents: no document may raise an exception.

`python -m tests.fuzz.stages --minutes 10` mutates the documents of `tests/specs` for 10 minutes
of CPU, prints the findings, and writes each failing document to `--keep`. A case is identified by
a number: `--case 17` runs only that case and shows its traceback.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from tests.support.project import HOME_SPECS, ROOT

sys.path[:0] = [str(ROOT / name) for name in ("generator", "generated")]

from clientcast.bundle import bundle  # noqa: E402
from clientcast.check import check  # noqa: E402
from clientcast.parse import parse  # noqa: E402
from clientcast.select import Selection, select  # noqa: E402
from clientcast.source import Document, escape, read  # noqa: E402
from clientcast.swagger import convert  # noqa: E402

SPECS = ROOT / "tests" / "specs"
MAX_SECONDS = 20.0
"""Maximum CPU time of one document."""

JsonPath = tuple[str | int, ...]

TOKENS = [
    *("$ref", "#/", "#/components/schemas/", "allOf", "oneOf", "anyOf", "not", "items"),
    *(
        "&a ",
        "*a",
        "<<: ",
        "? ",
        "- ",
        "!!float ",
        "!!str ",
        "!!binary ",
        "---\n",
        "...\n",
    ),
    *("[", "]", "{", "}", "[" * 1200, "{a: " * 150, "- " * 150, '"', "'", "|\n", ">\n"),
    *("\t", "\r", "\0", "\x85", "\u2028", "\ufeff", "\x1b", "\\", "\\ud800", "\\u0000"),
    *(
        "٤",
        "²",
        "9" * 700,
        "1e999",
        "-0",
        ".nan",
        "NaN",
        "Infinity",
        "0x10",
        "1_0",
        "~",
    ),
    *(",", ":", ": ", "#", " #", "%YAML 1.2\n", "\n", "  ", "null", "true", "\ud800"),
]
"""Texts that are inserted."""

VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**63, 10**500, 0.5, -0.0, 1e308, "", " ", [], {}),
    *(
        [[]],
        [None],
        [{}],
        {"": {}},
        {"x-a": 1},
        {"$ref": 1},
        {"$ref": "#"},
        {"$ref": ""},
    ),
    *(
        "string",
        "object",
        "array",
        "null",
        "٤٠٤",
        "²",
        "4٠4",
        "1e999",
        "NaN",
        "[" * 2000,
    ),
    *(
        "a\\b",
        'a"b',
        "a\nb",
        "\0",
        "\ud800",
        "\u202e",
        "{",
        "}",
        "{a}",
        "{a}{a}",
        "..",
        ".",
    ),
    *(
        "a.b.c",
        "." * 40,
        "/",
        "//",
        "~",
        "~2",
        "/0",
        "9" * 700,
        "$",
        "x-client",
        "a b",
        "é",
    ),
    *(
        "https://[",
        "http://a:b@c",
        "//h",
        "{scheme}://x",
        "application/json",
        "*/*",
        "a/b;",
    ),
    *("multipart/form-data", "text/event-stream", "self", "class", "__init__", "None"),
    *({"type": "object", "additionalProperties": False}, {"type": ["null"]}),
    *(
        {"oneOf": []},
        {"allOf": []},
        {"anyOf": [True, False]},
        {"enum": []},
        {"const": None},
    ),
    *({"enum": [None, [], {}, "a", 1]}, {"type": "array", "prefixItems": [True, {}]}),
]
"""Replacements of values."""

KEYS = [
    *(
        "$ref",
        "type",
        "items",
        "properties",
        "required",
        "allOf",
        "oneOf",
        "anyOf",
        "not",
    ),
    *(
        "additionalProperties",
        "patternProperties",
        "prefixItems",
        "enum",
        "const",
        "format",
    ),
    *(
        "default",
        "example",
        "examples",
        "nullable",
        "discriminator",
        "mapping",
        "schema",
    ),
    *(
        "propertyName",
        "content",
        "parameters",
        "requestBody",
        "responses",
        "headers",
        "in",
    ),
    *(
        "name",
        "style",
        "explode",
        "security",
        "servers",
        "url",
        "variables",
        "tags",
        "200",
    ),
    *(
        "default",
        "4٠٤",
        "2XX",
        "get",
        "post",
        "additionalOperations",
        "callbacks",
        "links",
    ),
    *(
        "x-client",
        "$dynamicRef",
        "$dynamicAnchor",
        "$id",
        "$anchor",
        "$defs",
        "encoding",
    ),
    *(
        "itemSchema",
        "contentSchema",
        "dependentSchemas",
        "then",
        "if",
        "pagination",
        "",
        "/",
    ),
    *(
        "openapi",
        "swagger",
        "definitions",
        "info",
        "paths",
        "components",
        "webhooks",
        "~1",
    ),
]


class TooSlow(Exception):
    """A document takes longer than `MAX_SECONDS`."""


@dataclass(frozen=True)
class Case:
    """A mutated document.

    Attributes:
        name: File name; its suffix selects the parser.
        text: Content of the file.
    """

    name: str
    text: bytes


def seed_documents() -> list[Path]:
    """Return the documents to mutate, in a fixed order."""
    found = [
        path
        for folder in ("ok", "bad", "readme")
        for path in sorted((SPECS / folder).glob("*"))
        if path.suffix in (".yaml", ".json") and path.stat().st_size < 100_000
    ]
    return [*found, *HOME_SPECS]


@cache
def _seed(path: Path) -> Any:
    """Return the data of a document, which must be copied before it is mutated."""
    return read(path).data


def make_case(number: int, documents: list[Path]) -> Case:
    """Return the case with a number; the result is deterministic."""
    source = random.Random(number)
    seed = source.choice(documents)
    if source.random() < 0.35:
        return Case(seed.name, _mutate_text(source, seed, documents))
    data = _seed(seed)
    for _ in range(source.choice([1, 1, 2, 3, 5, 8, 20])):
        data = _mutate(source, data, documents)
    text = json.dumps(data, ensure_ascii=source.random() < 0.5)
    return Case(f"{seed.stem}.json", text.encode("utf-8", "surrogatepass"))


def _mutate_text(source: random.Random, seed: Path, documents: list[Path]) -> bytes:
    """Remove, repeat, replace or insert parts of the text of a document."""
    text = seed.read_bytes().decode("utf-8", "surrogateescape")
    for _ in range(source.choice([1, 1, 2, 4, 10])):
        start = source.randrange(len(text) + 1)
        end = min(len(text), start + source.choice([0, 1, 3, 20, 200]))
        match source.randrange(4):
            case 0:
                middle = source.choice(TOKENS)
            case 1:
                middle = text[start:end] * source.choice([0, 2, 3, 50])
            case 2:
                other = source.choice(documents).read_bytes().decode("utf-8", "ignore")
                begin = source.randrange(len(other) + 1)
                middle = other[begin : begin + source.choice([5, 50, 500])]
            case _:
                middle = "".join(chr(source.choice([9, 10, 34, 91, 123, 0x660])) * 3)
        text = text[:start] + middle + text[end:]
    return text.encode("utf-8", "surrogatepass" if source.random() < 0.1 else "ignore")


def _mutate(source: random.Random, data: Any, documents: list[Path]) -> Any:
    """Return a copy of the data with one value, key or reference changed."""
    paths = list(_paths(data))
    path = source.choice(paths)
    if not path:
        return data if source.random() < 0.95 else source.choice(VALUES)
    data = json.loads(json.dumps(data))
    parent, key = _parent(data, path), path[-1]
    match source.randrange(10):
        case 0 | 1:
            parent[key] = source.choice(VALUES)
        case 2:
            del parent[key]
        case 3 | 4:
            target = "".join(f"/{escape(str(part))}" for part in source.choice(paths))
            parent[key] = {"$ref": f"#{target}"}
        case 5:
            parent[key] = _value_at(data, source.choice(paths))
        case 6:
            parent[key] = source.choice(
                ([parent[key]], {source.choice(KEYS): parent[key]})
            )
        case 7 if isinstance(parent, dict):
            parent[source.choice(KEYS)] = parent.pop(key)
        case 8:
            other = _seed(source.choice(documents))
            parent[key] = _value_at(other, source.choice(list(_paths(other))))
        case _:
            inner = parent if isinstance(parent, dict) else {}
            value = (
                _value_at(data, source.choice(paths)) if source.random() < 0.5 else None
            )
            inner[source.choice(KEYS)] = (
                source.choice(VALUES) if value is None else value
            )
    return data


def _paths(data: Any) -> Iterator[JsonPath]:
    """Yield the path of each value."""
    pending: list[tuple[JsonPath, Any]] = [((), data)]
    while pending:
        path, value = pending.pop()
        yield path
        if isinstance(value, dict):
            pending += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            pending += [((*path, index), item) for index, item in enumerate(value)]


def _parent(data: Any, path: JsonPath) -> Any:
    """Return the mapping or list that contains the value at a path."""
    for key in path[:-1]:
        data = data[key]
    return data


def _value_at(data: Any, path: JsonPath) -> Any:
    """Return a copy of the value at a path."""
    for key in path:
        data = data[key]
    return json.loads(json.dumps(data))


def run(spec: Path) -> str:
    """Run the stages up to `parse`, and return `refused` or `read`."""
    with cpu_limit(MAX_SECONDS):
        document: Document = convert(bundle(read(spec, spec.name), spec))
        document = select(document, Selection()).document
        fixed, found = check(document)
        _, more = parse(fixed)
        for diagnostic in sorted({*found, *more}):
            str(diagnostic).encode("utf-8")
        return (
            "refused" if any(d.severity == "error" for d in (*found, *more)) else "read"
        )


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` if the body takes more CPU time than `seconds`."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def error_location(error: BaseException) -> str:
    """Return the type of an exception and the function of the generator that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/clientcast/" in frame.filename]
    name = f"{Path(own[-1].filename).name}:{own[-1].name}" if own else "?"
    return f"{type(error).__name__} in {name}"


def fuzz(
    numbers: Iterator[int], is_over: Callable[[], bool], keep: Path | None = None
) -> Counter[str]:
    """Run cases until `is_over` returns true, and count the outcomes."""
    documents = seed_documents()
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        for number in numbers:
            if is_over():
                break
            case = make_case(number, documents)
            spec = Path(folder) / case.name
            spec.write_bytes(case.text)
            try:
                outcomes[run(spec)] += 1
            except Exception as error:  # Any at all is a finding.
                found = error_location(error)
                outcomes[found] += 1
                if outcomes[found] == 1:
                    print(f"case {number}: {found}: {str(error)[:80]}", flush=True)
                    if keep is not None:
                        keep.mkdir(parents=True, exist_ok=True)
                        (keep / f"{number}-{case.name}").write_bytes(case.text)
            spec.unlink()
    return outcomes


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.stages")
    parser.add_argument("--minutes", type=float, default=10, help="CPU time in minutes")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--case", type=int, help="run only this case")
    parser.add_argument("--keep", type=Path, help="folder for failing documents")
    options = parser.parse_args()
    if options.case is not None:
        case = make_case(options.case, seed_documents())
        with tempfile.TemporaryDirectory() as folder:
            spec = Path(folder) / case.name
            spec.write_bytes(case.text)
            print(run(spec))
        return
    start = time.process_time()
    end = start + options.minutes * 60
    numbers = iter(range(options.first, sys.maxsize))
    outcomes = fuzz(numbers, lambda: time.process_time() >= end, options.keep)
    print(
        f"{outcomes.total():,} documents in {time.process_time() - start:.0f} s of CPU"
    )
    for outcome, count in outcomes.most_common():
        print(f"{count:8,} {outcome}")
    if outcomes.keys() - {"read", "refused"}:
        sys.exit(1)


if __name__ == "__main__":
    main()
