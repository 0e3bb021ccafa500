"""Processes of this machine that work for us, and end when we do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread


@contextmanager
def worker_processes(jobs: int) -> Iterator[Executor | None]:
    """Yield so many processes to work in; for one job none is needed.

    They start from nothing: what is forked would share our open files and locks.
    """
    if jobs <= 1:
        yield None
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_end_with_parent) as executor:
        try:
            yield executor
        except BaseException:
            executor.shutdown(cancel_futures=True)
            raise


def _end_with_parent() -> None:
    """See to it that nobody works on for a program that was killed."""
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)
