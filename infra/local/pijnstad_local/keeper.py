"""A small process that outlives the supervisor by a moment: when the supervisor is gone, it kills what is left.

Run as a script with the plainest Python there is. It reads "+<group>" and "-<group>" lines; the end of input means that
the supervisor ended, in whatever way. PR_SET_PDEATHSIG alone would miss grandchildren, such as gunicorn's workers.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    """Remember process groups until the input ends, then kill those that are left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    for group in groups:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
