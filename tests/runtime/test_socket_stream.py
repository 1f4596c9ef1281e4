"""Tests of the sizes of reads: of a large body, more is read at once than httpcore2 asks for."""

import socket

from _runtime.wire.socket_stream import LARGE_READ, SocketStream

REQUESTED = 64 * 1024
BODY = bytes(range(256)) * 4096


def connected() -> tuple[socket.socket, socket.socket]:
    """Return two ends of a connection that holds the body."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * len(BODY))
    return ours, theirs


def send_all(end: socket.socket) -> None:
    end.setblocking(False)
    sent = 0
    while sent < len(BODY):
        try:
            sent += end.send(BODY[sent:])
        except BlockingIOError:
            break
    end.close()


def test_read_after_a_full_one_is_large() -> None:
    ours, theirs = connected()
    send_all(theirs)
    stream = SocketStream(ours)
    chunks = [stream.read(REQUESTED), stream.read(REQUESTED)]
    assert len(chunks[0]) == REQUESTED < len(chunks[1]) <= LARGE_READ
    stream.write(b"")
    assert len(stream.read(REQUESTED)) <= REQUESTED
    ours.close()


def test_small_reads_stay_as_they_are() -> None:
    ours, theirs = connected()
    stream = SocketStream(ours)
    theirs.send(b"1234")
    assert stream.read(REQUESTED) == b"1234"
    send_all(theirs)
    assert len(stream.read(REQUESTED)) == REQUESTED
    ours.close()
