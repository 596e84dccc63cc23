"""What goes wrong with the local stack, said so that the reader can mend it."""


class StackError(RuntimeError):
    """A part of the stack cannot be found, started or stopped; says which, where and how to mend it."""


class NotReady(StackError):
    """A process ended, or did not become ready in time; the message quotes the tail of its log.

    Attributes:
        ended: whether it ended.
    """

    def __init__(self, message: str, *, ended: bool) -> None:
        super().__init__(message)
        self.ended = ended
