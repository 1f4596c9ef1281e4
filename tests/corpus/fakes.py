"""Calls of the operations of a fake, each of which must respond with an example of its type."""

import importlib
import inspect
import json
import warnings
from operator import attrgetter
from pathlib import Path
from typing import Any, get_type_hints

from tests.corpus.package import ModelBuilder
from tests.corpus.results import FakesResult, message_pattern


def call_fakes(package: str) -> FakesResult:
    """Call each operation of the fake of a package, which is on the import path, once.

    Its required arguments have sample values. A warning of the client is an error, and the
    recorded call must have the arguments.
    """
    testing: Any = importlib.import_module(f"{package}.testing")
    models: Any = importlib.import_module(f"{package}.models")
    known = {name: getattr(models, name) for name in dir(models)}
    (class_name,) = (n for n in testing.__all__ if inspect.isclass(_of(testing, n)))
    file = Path(str(testing.__file__)).with_name("operations.json")
    result = FakesResult()
    fake = getattr(testing, class_name)()
    for name in json.loads(file.read_bytes()):
        result.total += 1
        method = attrgetter(name)(fake.client)
        try:
            arguments = _arguments(method, known)
        except (TypeError, NameError) as error:
            result.add("arguments", message_pattern(str(error)), f"{name}: {error}")
            continue
        try:
            _call(method, arguments)
        except Exception as error:
            if type(error) is ValueError:  # The client refuses the sample values.
                result.add("arguments", message_pattern(str(error)), f"{name}: {error}")
                continue
            text = f"{type(error).__name__}: {error}".replace("\n", " ")
            result.add("responses", message_pattern(text), f"{name}: {text}"[:300])
            continue
        result.responded += 1
        calls = fake._server._find_state(name).calls
        if not calls:
            result.add("alike", "its request is that of another operation", name)
        elif calls != [testing.call(**arguments)]:
            example = f"{name}: {calls} is not {testing.call(**arguments)}"
            result.add("calls", "another call is recorded", example[:900])
    return result


def _of(module: Any, name: str) -> Any:
    value = getattr(module, name)
    is_fake = name.startswith("Fake") and hasattr(value, "serve")
    return value if is_fake else None


def _arguments(method: Any, known: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(inspect.unwrap(method), localns=known)
    values = ModelBuilder()
    return {
        parameter.name: values.value(hints[parameter.name])
        for parameter in inspect.signature(method).parameters.values()
        if parameter.default is parameter.empty
    }


def _call(method: Any, arguments: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)
        result = method(**arguments)
        if type(result).__name__ == "Stream":
            list(result)
