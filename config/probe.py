"""`python -m config.probe [path] [host]`: exit 0 when the web server answers 200 there. For container health checks."""

import http.client
import os
import sys

PATIENCE = 5.0


def probe(path: str, host: str, port: int, named: str) -> bool:
    """Ask `host:port` for `path`, as a browser that calls it `named`; False for any other answer or none."""
    asked = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        asked.request("GET", path, headers={"Host": named})
        return asked.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def main(arguments: list[str]) -> int:
    """Path /healthz of this machine unless told; the Host header is the first of ALLOWED_HOSTS."""
    path, host = [*arguments, *("/healthz", "127.0.0.1")[len(arguments) :]][:2]
    named = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".") or host
    return 0 if probe(path, host, int(os.environ.get("PORT") or 8000), named) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
