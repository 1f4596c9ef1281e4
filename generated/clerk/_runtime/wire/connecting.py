"""Connecting of the synchronous client: name resolution within a timeout, and Happy Eyeballs.

The addresses of a host are tried in turn, each 250 ms after the one before it or as soon as
that one failed, and the first connection wins (RFC 8305): an address that does not respond
costs 250 ms and not the whole timeout.
"""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections.abc import Iterable
from concurrent.futures import Future
from errno import EINPROGRESS, EWOULDBLOCK
from ipaddress import ip_address
from itertools import chain, zip_longest
from threading import Thread
from typing import Any, cast

ATTEMPT_DELAY = 0.25
"""Seconds before the next address is tried (RFC 8305, section 5)."""

Address = tuple[socket.AddressFamily, Any]
"""A family, and the address of a socket of that family."""

_lookups: dict[tuple[int, str, int], Future[list[Address] | OSError]] = {}
"""The running DNS lookups, by process, host and port."""


def connect(
    host: str,
    port: int,
    timeout: float | None,
    local_address: str | None = None,
    options: Iterable[tuple[Any, ...]] = (),
) -> socket.socket:
    """Open a TCP connection to the first address of a host that accepts it.

    Args:
        host: A name or an IP address.
        port: The port.
        timeout: Seconds for all of it; None for no limit.
        local_address: The IP address to connect from; None for any.
        options: Arguments of `setsockopt` for the socket.

    Raises:
        TimeoutError: If there is no connection within the timeout.
        OSError: If the host has no address, or each one refuses the connection.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    addresses = resolve(host, port, timeout)
    connection = _first_connection(
        _interleaved(addresses), deadline, local_address, tuple(options)
    )
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def resolve(host: str, port: int, timeout: float | None) -> list[Address]:
    """Return the addresses of a host in the system's order of preference.

    `getaddrinfo` has no timeout. It runs in a thread, which calls for the same host share: a
    slow DNS server leaves one thread for each host and not one for each call.

    Raises:
        TimeoutError: If the lookup takes longer than the timeout in seconds.
        OSError: If the host is unknown.
    """
    if _is_ip_address(host):
        return _look_up(host, port)
    key = os.getpid(), host, port
    result: Future[list[Address] | OSError] = Future()
    lookup = _lookups.setdefault(key, result)
    if lookup is result:

        def look_up() -> None:
            try:
                result.set_result(_look_up(host, port))
            except OSError as error:
                result.set_result(error)
            finally:
                _lookups.pop(key, None)

        try:
            Thread(target=look_up, daemon=True).start()
        except RuntimeError:  # The interpreter is shutting down.
            look_up()
    try:
        addresses = lookup.result(timeout)
    except TimeoutError:
        raise TimeoutError("the DNS lookup timed out") from None
    if isinstance(addresses, OSError):
        # Each call raises an error of its own: a shared one would collect their tracebacks.
        raise type(addresses)(*addresses.args)
    return addresses


def _is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _look_up(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:  # IDNA cannot encode the name.
        raise socket.gaierror(socket.EAI_NONAME, "invalid host name") from None
    return list(dict.fromkeys((family, address) for family, *_, address in found))


def _interleaved(addresses: list[Address]) -> list[Address]:
    """Order addresses so that the families alternate (RFC 8305, section 4)."""
    families: dict[socket.AddressFamily, list[Address]] = {}
    for address in addresses:
        families.setdefault(address[0], []).append(address)
    rounds = zip_longest(*families.values())
    return [address for address in chain.from_iterable(rounds) if address is not None]


def _first_connection(
    addresses: list[Address],
    deadline: float | None,
    local_address: str | None,
    options: tuple[tuple[Any, ...], ...],
) -> socket.socket:
    failure = OSError("the host has no address")
    attempts = selectors.DefaultSelector()
    try:
        while addresses or attempts.get_map():
            if addresses:
                try:
                    attempt = _begin(addresses.pop(0), local_address, options)
                except OSError as error:
                    failure = error
                    continue
                attempts.register(attempt, selectors.EVENT_WRITE)
            for key, _ in attempts.select(_wait_time(bool(addresses), deadline)):
                attempts.unregister(key.fileobj)
                attempt = cast(socket.socket, key.fileobj)
                error_number = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not error_number:
                    return attempt
                attempt.close()
                failure = OSError(error_number, os.strerror(error_number))
    finally:
        for key in list(attempts.get_map().values()):
            cast(socket.socket, key.fileobj).close()
        attempts.close()
    raise failure


def _begin(
    address: Address, local_address: str | None, options: tuple[tuple[Any, ...], ...]
) -> socket.socket:
    """Begin to connect to an address.

    Raises:
        OSError: If it fails at once.
    """
    family, target = address
    attempt = socket.socket(family, socket.SOCK_STREAM)
    try:
        attempt.setblocking(False)
        for option in options:
            attempt.setsockopt(*option)
        if local_address is not None:
            attempt.bind((local_address, 0))
        error_number = attempt.connect_ex(target)
        if error_number not in (0, EINPROGRESS, EWOULDBLOCK):
            raise OSError(error_number, os.strerror(error_number))
    except BaseException:
        attempt.close()
        raise
    return attempt


def _wait_time(has_more: bool, deadline: float | None) -> float | None:
    """Return the seconds until the next attempt begins, None if nothing limits them.

    Raises:
        TimeoutError: If the deadline has passed.
    """
    delay = ATTEMPT_DELAY if has_more else None
    if deadline is None:
        return delay
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("timed out")
    return remaining if delay is None else min(delay, remaining)
