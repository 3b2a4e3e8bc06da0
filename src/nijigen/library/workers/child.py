"""A process of :mod:`nijigen.library.workers.local`: takes shards and answers with results."""

from __future__ import annotations

import os
import pickle
import signal
import sys


def main() -> None:
    """Answer until the other end of the pipe is closed, however that happens."""
    # Ctrl-C goes to all processes of a terminal; the one that gives the shards ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    # What libraries print is no answer.
    os.dup2(2, 1)
    while True:
        try:
            work, shard = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = (True, work(shard))
        except Exception as error:
            answer = (False, error)
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    main()
