"""Program that generates a package and prints the CPU seconds of each function of the pipeline.

`stages.py DOCUMENT` times every function that `clientcast.pipeline` and `clientcast.code_files`
import, without the time of those that it calls itself. Child processes run beside them and are
counted apart: the validator and the formatter. Nothing is done in forks. The output is JSON.
"""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clientcast import code_files, forks, pipeline

_REST = "rest"


class StageClock:
    """CPU seconds by stage; the time of an inner stage is not counted for the outer one."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {_REST: 0.0}
        self._running = [_REST]
        self._since = _cpu_seconds()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time taken."""

        def call(*args: Any, **keywords: Any) -> Any:
            self._count()
            self._running.append(name)
            try:
                return function(*args, **keywords)
            finally:
                self._count()
                self._running.pop()

        return call

    def _count(self) -> None:
        now = _cpu_seconds()
        name = self._running[-1]
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._since
        self._since = now


def _cpu_seconds(kind: int = resource.RUSAGE_SELF) -> float:
    usage = resource.getrusage(kind)
    return usage.ru_utime + usage.ru_stime


def main(document: str) -> None:
    clock = StageClock()
    forks.can_fork = lambda: False
    for stages in (pipeline, code_files):
        for name, value in list(vars(stages).items()):
            module = getattr(value, "__module__", "")
            if callable(value) and not isinstance(value, type) and module != "typing":
                if name not in ("cast", "code_files", "working_on"):
                    setattr(stages, name, clock.timed(name, value))
    clock.timed(_REST, pipeline.cast)(Path(document), Path(document).name)
    clock.seconds["child processes"] = _cpu_seconds(resource.RUSAGE_CHILDREN)
    print(json.dumps(clock.seconds))


if __name__ == "__main__":
    main(sys.argv[1])
