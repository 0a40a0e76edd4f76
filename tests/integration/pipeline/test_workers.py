"""Real processes that hang, die or are killed, and what becomes of the work given to them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from benchmarks.measuring import living
from benchmarks.worker_kills import load, storm
from monitor.articles.decode import MAX_BYTES
from monitor.articles.page import read_page
from monitor.errors import WorkerError
from monitor.pipeline import document_queue, worker_process
from monitor.pipeline.workers import Workers
from tests.support.program import wait_until


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    pool = Workers(2)
    yield pool
    await asyncio.to_thread(pool.close)


def processes() -> list[psutil.Process]:
    found = []
    for server in servers():
        with suppress(psutil.NoSuchProcess):
            # What is killed is there, though it does nothing, until the server has waited for it.
            found += living(server.children())
    return found


def servers() -> list[psutil.Process]:
    """The processes that those which read are forked from."""
    found = []
    for each in living(psutil.Process().children()):
        with suppress(psutil.NoSuchProcess):
            if "forkserver" in str(each.cmdline()):
                found.append(each)
    return found


def pause(document: bytes) -> None:
    """Read for a second."""
    time.sleep(1)


async def all_end(family: list[psutil.Process], within: float) -> None:
    """Wait until processes have ended, whether or not their parents have noticed."""
    complaint = f"still there: {family}"
    await asyncio.to_thread(wait_until, lambda: not living(family), within, lambda: complaint)


async def test_the_longest_time_is_kept_to_and_the_next_document_is_read(workers: Workers) -> None:
    with pytest.raises(WorkerError, match=r"longer than 0\.2 seconds"):
        await workers.run(0.2, time.sleep, 60)
    assert await workers.run(30, abs, -1) == 1


async def test_a_document_that_ends_its_process_twice_is_given_up(workers: Workers) -> None:
    with pytest.raises(WorkerError, match="exit code 3"):
        await workers.run(30, os._exit, 3)
    assert await workers.run(30, abs, -1) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
async def test_a_document_that_takes_too_much_memory_is_given_up_at_once() -> None:
    pool = Workers(1, memory=300 * 2**20)
    try:
        before = await pool.run(30, os.getpid)
        with pytest.raises(WorkerError, match="more than 300 MiB of memory"):
            await pool.run(30, fill_memory, 400)
        assert await pool.run(30, fill_memory, 100) == 100
        # What was left of it went with its process.
        assert await pool.run(30, os.getpid) != before
    finally:
        await asyncio.to_thread(pool.close)


@pytest.mark.parametrize("page", ["<p>word ", "<div>" * 150 + "<p>word " * 9, "<b>", "x<br>"])
async def test_the_largest_pages_fit_into_the_memory_there_is(workers: Workers, page: str) -> None:
    html = "<html><body><article><p>" + "A sentence of an article. " * 20
    html += page * ((MAX_BYTES - len(html)) // len(page))
    assert "A sentence" in (await workers.run(30, read_page, html, url=None)).text


async def test_a_process_killed_by_another_costs_no_document(
    workers: Workers, tmp_path: Path
) -> None:
    once = tmp_path / "once"
    assert await workers.run(30, killed_at_first, once) == "read"


async def test_idle_processes_that_are_killed_are_replaced(workers: Workers) -> None:
    await workers.run(30, abs, -1)
    for _ in range(2):
        for each in processes():
            # Not waited for: that is its parent's to do, which learns so that it is gone.
            with suppress(psutil.NoSuchProcess):
                each.kill()
        assert await workers.run(30, abs, -1) == 1


async def test_a_job_whose_process_is_killed_before_it_takes_it_is_given_to_another(
    workers: Workers,
) -> None:
    for size in (1, 10**6):  # in one piece, and so large that handing it over takes two
        await workers.run(30, abs, -1)
        [process] = processes()
        process.suspend()
        answer = asyncio.create_task(workers.run(30, len, bytes(size)))
        await asyncio.sleep(0.1)
        process.kill()
        assert await asyncio.wait_for(answer, 60) == size


async def test_a_process_that_takes_nothing_any_more_is_replaced(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "START_SECONDS", 2)
    for size in (1, 10**6):
        await workers.run(30, abs, -1)
        [process] = processes()
        process.suspend()
        assert await workers.run(30, len, bytes(size)) == size


async def test_every_job_is_answered_while_processes_are_killed() -> None:
    with load(4):
        outcome = await storm(rounds=12, seed=1)
    assert (outcome.wrong, outcome.unanswered) == (0, 0)
    assert outcome.killed > 0
    assert outcome.answered > outcome.given_up


async def test_a_job_may_wait_for_longer_than_it_may_take() -> None:
    pool = Workers(1)
    try:
        await asyncio.gather(*(pool.run(6, time.sleep, 2.5) for _ in range(3)))
    finally:
        await asyncio.to_thread(pool.close)


async def test_closing_answers_all_who_wait() -> None:
    pool = Workers(1)
    jobs = [asyncio.create_task(pool.run(600, time.sleep, 600)) for _ in range(3)]
    await asyncio.to_thread(wait_until, lambda: bool(processes()), 30, lambda: "no worker came up")
    await asyncio.to_thread(pool.close)
    answers = await asyncio.wait_for(asyncio.gather(*jobs, return_exceptions=True), 120)
    assert [type(each) for each in answers] == [RuntimeError] * 3


async def test_one_hosts_documents_keep_half_of_the_processes_free(workers: Workers) -> None:
    async def sleep() -> None:
        await workers.of("slow.test").run(600, time.sleep, 600)

    slow = [asyncio.create_task(sleep()) for _ in range(3)]
    for _ in range(3):
        async with asyncio.timeout(120):
            assert await workers.of("quick.test").run(30, abs, -1) == 1
    for each in slow:
        each.cancel()
    await asyncio.wait(slow)
    async with asyncio.timeout(120):
        assert await workers.of("slow.test").run(30, abs, -1) == 1


async def test_the_pages_of_one_feed_keep_half_of_the_processes_free(workers: Workers) -> None:
    async def sleep(host: str) -> None:
        await workers.of(host, feed=1).run(600, time.sleep, 600)

    slow = [asyncio.create_task(sleep(f"{number}.test")) for number in range(3)]
    for _ in range(3):
        async with asyncio.timeout(120):
            assert await workers.of("quick.test", feed=2).run(30, abs, -1) == 1
    for each in slow:
        each.cancel()
    await asyncio.wait(slow)


async def test_what_is_handed_over_together_ends_or_hangs_for_itself_alone() -> None:
    pool = Workers(1)
    try:
        await pool.run(30, abs, -1)
        jobs: list[Awaitable[object]] = [
            pool.run(30, abs, -1),
            pool.run(30, os._exit, 3),
            pool.run(0.3, time.sleep, 60),
            pool.run(30, abs, -2),
            pool.run(30, fail, 5),
        ]
        found = await asyncio.wait_for(asyncio.gather(*jobs, return_exceptions=True), 60)
        assert (found[0], found[3]) == (1, 2)
        assert [str(each) for each in (found[1], found[2], found[4])] == [
            "reading it ended the process that did (exit code 3).",
            "reading it took longer than 0.3 seconds.",
            "5",
        ]
    finally:
        await asyncio.to_thread(pool.close)


async def test_the_processes_a_host_is_lent_are_back_when_others_need_them(
    workers: Workers,
) -> None:
    slow = workers.of("slow.test")
    hanging = [asyncio.create_task(slow.run(60, time.sleep, 60)) for _ in range(2)]
    await asyncio.to_thread(wait_until, lambda: len(processes()) == 2, 30, lambda: "not both")
    async with asyncio.timeout(20):
        assert await workers.of("quick.test").run(30, abs, -1) == 1
    for each in hanging:
        each.cancel()
    await asyncio.wait(hanging)


async def test_what_others_wait_for_goes_before_what_was_handed_in_earlier() -> None:
    pool = Workers(1)
    done: list[str] = []

    async def run(name: str, handed_in: Awaitable[None]) -> None:
        await handed_in
        done.append(name)

    try:
        # Too long to be handed over together, however late the pool begins.
        page = b" " * (document_queue.TOGETHER_BYTES + 1)
        jobs = [asyncio.create_task(run(f"page {n}", pool.run(30, pause, page))) for n in "12"]
        await asyncio.sleep(0)
        jobs.append(asyncio.create_task(run("feed", pool.run_first(30, time.sleep, 0))))
        async with asyncio.timeout(60):
            await asyncio.gather(*jobs)
    finally:
        await asyncio.to_thread(pool.close)
    assert done.index("feed") < done.index("page 2")


async def test_what_a_function_raises_comes_through(workers: Workers) -> None:
    with pytest.raises(RuntimeError, match="of the function's own"):
        await workers.run(30, fail, "of the function's own")
    assert await workers.run(30, abs, -1) == 1


async def test_what_cannot_pass_between_processes_is_an_error(workers: Workers) -> None:
    with pytest.raises(Exception, match="pickle"):
        await workers.run(30, lambda: 1)
    with pytest.raises(Exception, match="pickle"):
        await workers.run(30, make_lock)
    with pytest.raises(RuntimeError, match="ParticularError: of two arguments"):
        await workers.run(30, fail_particularly)
    assert await workers.run(30, abs, -1) == 1


async def test_a_closed_pool_starts_no_process() -> None:
    pool = Workers(1)
    await asyncio.to_thread(pool.close)
    with pytest.raises(RuntimeError):
        await pool.run(30, abs, -1)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) is Linux's")
async def test_a_process_stuck_in_c_dies_with_the_daemon(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from monitor.pipeline.workers import Workers\n"
        f"from {__name__} import never_return\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(Workers(1).run(60, never_return, Path(sys.argv[1])))\n"
    )
    script, pid_file = tmp_path / "daemon.py", tmp_path / "pid"
    script.write_text(program)
    daemon = await asyncio.create_subprocess_exec(
        sys.executable, str(script), str(pid_file), env=os.environ | {"PYTHONPATH": path()}
    )
    try:
        await asyncio.to_thread(wait_until, pid_file.exists, 30, lambda: "no worker came up")
        worker = psutil.Process(int(pid_file.read_text()))
        daemon.kill()
        await daemon.wait()
        await all_end([worker], 10)
    finally:
        with suppress(ProcessLookupError):
            daemon.kill()


def killed_at_first(once: Path) -> str:
    if not once.exists():
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "read"


def fill_memory(megabytes: int) -> int:
    return len(bytearray(megabytes * 2**20)) // 2**20


def fail(words: object) -> None:
    raise RuntimeError(words)


class ParticularError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


def fail_particularly() -> None:
    raise ParticularError("of two", "arguments")


def make_lock() -> object:
    return threading.Lock()


def never_return(pid_file: Path) -> None:
    draft = pid_file.with_suffix(".draft")
    draft.write_text(str(os.getpid()))
    draft.rename(pid_file)
    # Catastrophic backtracking: the C code lets go of nothing for longer than the universe lasts.
    re.match(r"(a+)+$", "a" * 60 + "b")


def path() -> str:
    return os.pathsep.join(sys.path)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are not forked")
async def test_a_killed_server_that_forks_is_replaced() -> None:
    workers = Workers(2)
    try:
        assert await workers.run(60, abs, -1) == 1
        [server] = servers()
        readers = server.children()
        server.kill()
        # What it has forked ends with it, whatever it is at.
        await all_end(readers, 30)
        assert await workers.run(60, abs, -2) == 2
    finally:
        workers.close()
