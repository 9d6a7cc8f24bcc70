"""`python -m config.port`: whether the web server's port is free, asked before anything heavy is done.

Needs nothing but Python, so that it runs before the first installation.
"""

import errno
import os
import socket
import sys


class PortTaken(RuntimeError):
    """Somebody listens already; the message says what to do."""


def require_free(host: str, port: int) -> None:
    """Raise PortTaken unless `host:port` can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the web server does: a connection that lingers from a former run does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(f"Port {port} is taken. Choose another: make demo PORT={port + 1}") from error
            raise PortTaken(f"Port {port} cannot be used: {error.strerror}.") from error


def main() -> int:
    """Ask for HOST and PORT of the environment."""
    try:
        require_free(os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000))
    except PortTaken as taken:
        print(taken, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
