"""Clients at the shutdown of the interpreter, and in a process that a busy one forks."""

import os
import subprocess
import sys
from collections.abc import Callable

from tests.faults.harness import Harness, Scenario
from tests.faults.leak_search import ID, TOKEN
from tests.faults.row import Case, Observation, Row
from tests.support.project import GENERATED

_CALLS = """
import asyncio, sys, trio
from okta import APIConnectionError, AsyncOkta, Okta

mode, server, id, token = sys.argv[1:]

async def call_async(url):
    async with AsyncOkta(base_url=url, api_token=token, max_retries=0) as client:
        return (await client.sessions.get(id)).status

def call(url):
    if mode == "trio":
        return trio.run(call_async, url)
    if mode == "asyncio":
        return asyncio.run(call_async(url))
    with Okta(base_url=url, api_token=token, max_retries=0) as client:
        return client.sessions.get(id).status
"""

_AT_EXIT = """
import atexit

@atexit.register
def at_exit():
    print(call(server))
    try:
        call("https://unknown.invalid")
    except APIConnectionError as error:
        print(error.reason.name)
"""

_FORK = """
import os, signal
from threading import Event, Thread
from time import sleep
from okta._runtime.codec import msgspec_decoders
from okta.models import Session

def slow(*args):
    begun.set()
    sleep(0.5)
    return contains_type(*args)

begun = Event()
contains_type = msgspec_decoders.contains_type
msgspec_decoders.contains_type = slow
Thread(target=msgspec_decoders.msgspec_decoder, args=(Session,)).start()
begun.wait()
if os.fork() == 0:
    signal.alarm(20)  # Ends a child that waits for the lock.
    print(call(server), flush=True)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def _in_process(program: str) -> Scenario:
    """Return a scenario with a program of its own; it returns what the program prints."""

    def scenario(harness: Harness) -> str:
        arguments = (harness.mode.name, harness.server.url, ID, TOKEN)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _CALLS + program, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "PYTHONPATH": str(GENERATED)},
        )
        assert not done.stderr, done.stderr
        return ", ".join(done.stdout.split())

    return scenario


def _check_prints(expected: str) -> Callable[[Observation], None]:
    def check(observation: Observation) -> None:
        assert observation.value == expected, observation.value

    return check


ROWS = (
    Row(
        "G34",
        "Calls while the interpreter shuts down, from `atexit`",
        "They work, and an unknown host is an `APIConnectionError`",
        (
            Case(
                scenario=_in_process(_AT_EXIT),
                cell_format="{}",
                outcome="str",
                check=_check_prints("ACTIVE, UNKNOWN_HOST"),
            ),
        ),
    ),
    Row(
        "G35",
        "A fork while another thread creates the decoder of a model",
        "The child decodes the model, and waits for no lock",
        (
            Case(
                scenario=_in_process(_FORK),
                cell_format="{}",
                outcome="str",
                check=_check_prints("ACTIVE, 0"),
            ),
        ),
    ),
)
