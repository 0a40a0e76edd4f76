"""One process that reads documents, from both ends of the pipe to it.

Nobody else writes to that pipe or reads from it, and no lock is shared with other processes: one
that is killed, at whatever instant, takes with it only what it was at, and its end of the pipe
closes, so that this is known at once.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.reduction import ForkingPickler
from traceback import format_exc
from typing import Any

from monitor.pipeline.allocator import keep_little

#: Longest time until a process has begun with what it was given, in seconds: it may have to start
#: first and to import what it needs, on a machine that is busy with other things.
START_SECONDS = 60.0
#: Longest time to wait for the end of a process that was killed, in seconds.
_END_SECONDS = 5.0
_OUT_OF_MEMORY = 77
_BEGUN = b""
# Libraries that compute with a thread a processor would set memory aside for each of them.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class ProcessEndedError(Exception):
    """A process ended, or took nothing any more, before it had answered.

    `begun`: whether it had begun with what it was given.
    """

    def __init__(self, *, begun: bool) -> None:
        super().__init__(begun)
        self.begun = begun


class WorkerProcess:
    """A process that calls one function after the other.

    Used by one thread at a time; only `kill` may be called by others.

    Args:
        context: how processes are started.
        memory: how much it may have, in bytes (on Linux).
    """

    def __init__(self, context: BaseContext, memory: int) -> None:
        self.jobs = 0
        """How many functions it was given."""
        self._pipe, theirs = context.Pipe()
        _bound(self._pipe)
        # What is left at the interpreter's end, as after a fault, does not keep it waiting.
        self._process = context.Process(  # type: ignore[attr-defined]  # typed by each context
            target=_serve, args=(theirs, memory), name="reader", daemon=True
        )
        try:
            self._process.start()
        except BaseException:
            self._pipe.close()
            raise
        finally:
            theirs.close()

    def call(self, work: bytes, seconds: float) -> bytes:
        """Have functions called, one after the other.

        Args:
            work: the functions, as `packed` returned them.
            seconds: how long they may take from when the process begins with them.

        Returns:
            What `outcomes` takes.

        Raises:
            ProcessEndedError: there is no answer to come; the process is of no more use.
            TimeoutError: it takes longer; the process is still at it.
        """
        self.jobs += 1
        begun = False
        try:
            self._pipe.send_bytes(work)
            if not self._pipe.poll(START_SECONDS):
                raise ProcessEndedError(begun=False)
            if first := self._pipe.recv_bytes():
                return first  # they could not even be unpacked
            begun = True
            if self._pipe.poll(seconds):
                return self._pipe.recv_bytes()
        except (EOFError, OSError):
            raise ProcessEndedError(begun=begun) from None
        raise TimeoutError

    def kill(self) -> None:
        """Kill it, whatever it is at."""
        self._process.kill()

    def end(self) -> int | None:
        """Kill it, unless it has ended, and give its end of the pipe back.

        Returns:
            Its exit code; None if it is not known.
        """
        # One that has ended by itself needs a moment until it can be seen how.
        if not self._pipe.closed and _hung_up(self._pipe):
            self._process.join(_END_SECONDS)
        self._process.kill()
        self._process.join(_END_SECONDS)
        self._pipe.close()
        code: int | None = self._process.exitcode
        return code

    @property
    def is_alive(self) -> bool:
        """Whether it can be given something."""
        alive: bool = self._process.is_alive()
        return alive


def packed(functions: Sequence[Callable[[], object]]) -> bytes:
    """Functions as they go through the pipe. Raises what pickling raises."""
    return bytes(ForkingPickler.dumps(functions))


def outcomes(answer: bytes) -> list[bytes]:
    """What came of each function, in their order, for `outcome`; of the first, if of no other."""
    return list(pickle.loads(answer))  # noqa: S301 - packed by our own process


def outcome(answer: bytes) -> object:
    """What a function returned; raises what it raised."""
    returned, value = pickle.loads(answer)  # noqa: S301 - packed by our own process
    if returned:
        return value
    raise value


def was_out_of_memory(exit_code: int | None) -> bool:
    """Whether a process ended because it had no memory left of what it may have."""
    return exit_code == _OUT_OF_MEMORY


def _hung_up(pipe: Connection) -> bool:
    try:
        if pipe.poll(0):
            pipe.recv_bytes()
    except (EOFError, OSError):
        return True
    return False


def _bound(pipe: Connection) -> None:
    """Let no reading from a pipe or writing to it that has begun wait for longer than a start.

    Whoever stops in the middle (SIGSTOP, say) would keep us waiting for ever.
    """
    if os.name != "nt":
        patience = struct.pack("ll", int(START_SECONDS), 0)
        with socket.socket(fileno=os.dup(pipe.fileno())) as end:
            for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
                end.setsockopt(socket.SOL_SOCKET, option, patience)


# --- in the process --------------------------------------------------------------------------


def _serve(pipe: Connection, memory: int) -> None:
    """Call what comes, until the other end is closed."""
    _start(memory)
    try:
        while True:
            work = pipe.recv_bytes()
            pipe.send_bytes(_answers(pipe, work))
    except MemoryError:
        # What libraries in C have not given back is not there for the next document either.
        os._exit(_OUT_OF_MEMORY)
    except (EOFError, OSError):
        return


def _answers(pipe: Connection, work: bytes) -> bytes:
    try:
        # Imports what is needed, which is none of the time it may take.
        functions = pickle.loads(work)  # noqa: S301 - packed by `packed`
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - it goes to the caller
        return bytes(ForkingPickler.dumps([_packed_error(error)]))
    pipe.send_bytes(_BEGUN)
    return bytes(ForkingPickler.dumps([_answer(each) for each in functions]))


def _answer(function: Callable[[], object]) -> bytes:
    try:
        return bytes(ForkingPickler.dumps((True, function())))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - it goes to the caller
        return _packed_error(error)


def _packed_error(error: Exception) -> bytes:
    error.add_note(f"In the process that read it:\n{format_exc()}")
    try:
        answer = bytes(ForkingPickler.dumps((False, error)))
        # Many that can be packed cannot be unpacked: those that take other arguments than they
        # pass on.
        pickle.loads(answer)  # noqa: S301 - just packed
    except Exception:  # noqa: BLE001 - whatever they do in there
        said = RuntimeError(f"{type(error).__name__}: {error}")
        return bytes(ForkingPickler.dumps((False, said)))
    return answer


def _start(memory: int) -> None:
    # Ctrl-C reaches the whole foreground group; the daemon decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    keep_little()
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    if sys.platform == "linux":
        import resource

        # What it may write to (getrlimit(2)); the whole of its addresses says little, for much of
        # that is only reserved. Others know no limit that counts memory from the system's pool.
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        allowed = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, most))


def _die_with_parent() -> None:
    """See to it that this process ends with the daemon, however that ends.

    Its end of the pipe tells a process that waits for work, but not one that works. Its parent is
    the daemon, or the server that forks for it, which ends when the daemon does.
    """
    if sys.platform == "linux":
        # prctl(2): the kernel does it, even when a regular expression in C holds this process.
        # Should the parent have ended before, the pipe has, too, and there is no work.
        death_signal = 1
        ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)
        # Every fork is handed an end of the pipe by which the server is told of the daemon's end,
        # so that it outlives what it has forked: here that would be the wrong way round.
        daemons_end = getattr(forkserver._forkserver, "_forkserver_alive_fd", None)  # noqa: SLF001 - not to be had otherwise
        if daemons_end is not None:
            os.close(daemons_end)
        return
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(1)
