"""One thread for small matrices.

Threads that meet between thousands of small products spin more than they compute: on a busy
two-core machine a rollout or a steer took up to a hundred times longer with two. And they round
differently, which a robot that nearly falls does not forgive. The limit holds for one thread of a
process at a time: the app, which has many, is started with ``ENVIRONMENT``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}
"Of a process all of whose linear algebra is small."


@contextmanager
def one_thread() -> Iterator[None]:
    """Numpy's (and torch's LAPACK's) linear algebra on one thread while inside."""
    with _pools().limit(limits=1):
        yield


@cache
def _pools() -> ThreadpoolController:
    return ThreadpoolController()
