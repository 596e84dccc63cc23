"""When a process counts as ready: a port that answers, a page that loads, a line in its log."""

import urllib.error
import urllib.request
from http.client import HTTPException

from local import ports
from local.processes import Condition, log_since_start

# Loopback, whatever proxy the environment names.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def tcp(port: int) -> Condition:
    """Ready when a connection to that port of the loopback is accepted."""
    return lambda _process: ports.answers(port)


def http(url: str, status: int = 200) -> Condition:
    """Ready when the address answers with that status."""
    return lambda _process: http_status(url) == status


def log_line(text: str) -> Condition:
    """Ready when the process has written that text since its start."""
    return lambda process: text in log_since_start(process)


def http_status(url: str) -> int:
    """The status with which an address answers a GET, 0 if it does not."""
    try:
        with _opener.open(url, timeout=2) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (
        OSError,
        HTTPException,
    ):  # refused, timed out, or half an answer
        return 0


def http_get(url: str) -> bytes:
    """The body of an address.

    Raises:
        OSError: it does not answer, or not with success.
    """
    with _opener.open(url, timeout=10) as answer:
        return answer.read()
