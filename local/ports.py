"""TCP ports on the loopback: the one asked for, the one of last time, or a free one."""

import random
import socket

from local.errors import StackError

LOOPBACK = "127.0.0.1"

# Below the range from which Linux takes ports for outgoing connections (32768 and up): while a server is
# down, no passing connection can sit on its port.
_FIRST, _LAST = 20_000, 32_000


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: the closing connections of a server just stopped are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether something accepts a connection there."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port(avoid: frozenset[int] = frozenset()) -> int:
    """A port on which nothing listens now; the caller starts its server at once, and tries again if too late.

    Raises:
        StackError: none was found.
    """
    for _ in range(500):
        port = random.randint(_FIRST, _LAST)
        if port not in avoid and is_free(port):
            return port
    raise StackError(f"no free port between {_FIRST} and {_LAST} on {LOOPBACK}. Stop what is not needed")


def choose(wanted: int, remembered: int, what: str, avoid: frozenset[int] = frozenset()) -> int:
    """The wanted port if one is (not 0), else the remembered one if it is still free, else a free one.

    Raises:
        StackError: the wanted port is taken, or no port at all.
    """
    if wanted:
        if not 0 < wanted < 65536:
            raise StackError(
                f"port {wanted}, wanted for {what}, is none: give one from 1 to 65535, or none for a free one"
            )
        if not is_free(wanted):
            raise StackError(f"port {wanted}, wanted for {what}, is taken. Name another, or none for a free one")
        return wanted
    return remembered if remembered and is_free(remembered) else free_port(avoid)
