"""What the exit codes mean to a script."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit code of the command."""

    FINE = 0
    CHECK_FAILED = 1
    BAD_INPUT = 2
    NOT_UNDERSTOOD = 3
    INTERRUPTED = 130  # as shells say it: 128 + SIGINT
    PIPE_CLOSED = 141  # 128 + SIGPIPE
