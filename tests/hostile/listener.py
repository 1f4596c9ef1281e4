"""Listener on the port that hostile documents refer to, which records requests."""

import socket
import threading

PORT = 18765


class Listener:
    """Thread that accepts connections on the port of the `http` canary.

    Attributes:
        problem: Error message if the port is in use; else empty.
        requests: First line of each request.
    """

    def __init__(self) -> None:
        self.problem = ""
        self.requests: list[str] = []
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", PORT))
        except OSError as error:
            self.problem = f"cannot listen on port {PORT}: {error.strerror}"
            return
        self._socket.listen()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(1)
                try:
                    first = connection.recv(200).split(b"\r\n")[0]
                except OSError:
                    first = b"no request"
                self.requests.append(first.decode("ascii", "backslashreplace"))

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
