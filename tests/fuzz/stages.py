"""Fuzzes the stages that read documents: no document may end in an exception.

`python -m tests.fuzz.stages --minutes 10` mutates the documents of `tests/specs` for 10
minutes of CPU, prints what was found, and writes each document that fails to `--keep`.
A case is a number: `--case 17` runs that one alone and shows its traceback.
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

from tests.support.project import ROOT

sys.path[:0] = [str(ROOT / name) for name in ("generator", "generated")]

from clientcast.bundle import bundle  # noqa: E402
from clientcast.check import check  # noqa: E402
from clientcast.parse import parse  # noqa: E402
from clientcast.select import Selection, select  # noqa: E402
from clientcast.source import Document, escape, read  # noqa: E402
from clientcast.swagger import convert  # noqa: E402

SPECS = ROOT / "tests" / "specs"
MAX_SECONDS = 20.0
"""Of CPU that one document may take."""

Path_ = tuple[str | int, ...]

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
"""What is put into text."""

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
"""What stands in the place of a value."""

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
    """One mutated document.

    Attributes:
        name: The file that it is written to; its suffix decides how it is read.
        text: What the file says.
    """

    name: str
    text: bytes


def seeds() -> list[Path]:
    """The documents that are mutated, in a fixed order."""
    found = [
        path
        for folder in ("ok", "bad", "readme")
        for path in sorted((SPECS / folder).glob("*"))
        if path.suffix in (".yaml", ".json") and path.stat().st_size < 100_000
    ]
    return [*found, *sorted((ROOT / "specs").glob("*.yaml"))]


@cache
def _seed(path: Path) -> Any:
    """The data of a document that is mutated, which copies are made of."""
    return read(path).data


def case(number: int, documents: list[Path]) -> Case:
    """Return the case of a number, always the same."""
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
    """Text with some of it removed, repeated, exchanged or put in."""
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
    """Data with one value, key or reference changed."""
    places = list(_places(data))
    path = source.choice(places)
    if not path:
        return data if source.random() < 0.95 else source.choice(VALUES)
    data = json.loads(json.dumps(data))
    holder, key = _holder(data, path), path[-1]
    match source.randrange(10):
        case 0 | 1:
            holder[key] = source.choice(VALUES)
        case 2:
            del holder[key]
        case 3 | 4:
            target = "".join(f"/{escape(str(part))}" for part in source.choice(places))
            holder[key] = {"$ref": f"#{target}"}
        case 5:
            holder[key] = _at(data, source.choice(places))
        case 6:
            holder[key] = source.choice(
                ([holder[key]], {source.choice(KEYS): holder[key]})
            )
        case 7 if isinstance(holder, dict):
            holder[source.choice(KEYS)] = holder.pop(key)
        case 8:
            other = _seed(source.choice(documents))
            holder[key] = _at(other, source.choice(list(_places(other))))
        case _:
            inner = holder if isinstance(holder, dict) else {}
            value = _at(data, source.choice(places)) if source.random() < 0.5 else None
            inner[source.choice(KEYS)] = (
                source.choice(VALUES) if value is None else value
            )
    return data


def _places(data: Any) -> Iterator[Path_]:
    """The path of each value."""
    waiting: list[tuple[Path_, Any]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        yield path
        if isinstance(value, dict):
            waiting += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, index), item) for index, item in enumerate(value)]


def _holder(data: Any, path: Path_) -> Any:
    """The mapping or list that has the value at a path."""
    for key in path[:-1]:
        data = data[key]
    return data


def _at(data: Any, path: Path_) -> Any:
    """A copy of the value at a path."""
    for key in path:
        data = data[key]
    return json.loads(json.dumps(data))


def run(spec: Path) -> str:
    """Read a document as far as `parse`, and return what came of it."""
    with limited(MAX_SECONDS):
        document: Document = convert(bundle(read(spec, spec.name), spec))
        document = select(document, Selection()).document
        meant, found = check(document)
        _, more = parse(meant)
        for diagnostic in sorted({*found, *more}):
            str(diagnostic).encode("utf-8")
        return (
            "refused" if any(d.severity == "error" for d in (*found, *more)) else "read"
        )


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` when something takes more CPU than so many seconds."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def place_of(error: BaseException) -> str:
    """The exception and the last function of the generator that it passed."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/clientcast/" in frame.filename]
    name = f"{Path(own[-1].filename).name}:{own[-1].name}" if own else "?"
    return f"{type(error).__name__} in {name}"


def fuzz(
    numbers: Iterator[int], is_over: Callable[[], bool], keep: Path | None = None
) -> Counter[str]:
    """Run cases until it is over, and count what came of them."""
    documents = seeds()
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        for number in numbers:
            if is_over():
                break
            made = case(number, documents)
            spec = Path(folder) / made.name
            spec.write_bytes(made.text)
            try:
                outcomes[run(spec)] += 1
            except Exception as error:  # Any at all is a finding.
                found = place_of(error)
                outcomes[found] += 1
                if outcomes[found] == 1:
                    print(f"case {number}: {found}: {str(error)[:80]}", flush=True)
                    if keep is not None:
                        keep.mkdir(parents=True, exist_ok=True)
                        (keep / f"{number}-{made.name}").write_bytes(made.text)
            spec.unlink()
    return outcomes


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.stages")
    parser.add_argument("--minutes", type=float, default=10, help="of CPU")
    parser.add_argument("--first", type=int, default=0, help="the number to begin with")
    parser.add_argument("--case", type=int, help="run this one alone")
    parser.add_argument("--keep", type=Path, help="a folder for what fails")
    options = parser.parse_args()
    if options.case is not None:
        made = case(options.case, seeds())
        with tempfile.TemporaryDirectory() as folder:
            spec = Path(folder) / made.name
            spec.write_bytes(made.text)
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
