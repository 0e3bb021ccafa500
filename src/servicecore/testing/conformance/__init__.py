"""What every storage has to keep, as tests to inherit.

A storage of your own proves itself in a few lines::

    class TestMyStorage(LogConformance, FollowerConformance, TablesConformance):
        @pytest.fixture
        def open_it(self, tmp_path):
            return partial(open_log, f"mine:///{tmp_path}/log")

``open_it`` opens the log; called again, it opens the same log again.  A storage
that outlives its process inherits :class:`DurableConformance` too, with a fixture
``url`` that other processes can open.  The suites of eventsourcing itself are in
:mod:`.recorders`; they need ``pycryptodome``.
"""

from .durable import DurableConformance
from .followers import FollowerConformance
from .log import LogConformance
from .machine import log_machine
from .policies import PolicyConformance
from .tables import TablesConformance

__all__ = [
    "DurableConformance",
    "FollowerConformance",
    "LogConformance",
    "PolicyConformance",
    "TablesConformance",
    "log_machine",
]
