"""Where the program begins: `python -m monitor`, and the command `monitor`."""

from __future__ import annotations

import gc
import os
import signal

#: Objects that have come and not gone before the collector looks for cycles among them. It looks
#: at modules being imported, and finds next to nothing: a sixth of a command's time with Python's
#: own 700, a fourteenth with the daemon's 10,000 (`monitor.daemon.compose`).
COLLECTED_AFTER = 200_000


def main() -> None:
    """Run the command line. Ctrl-C ends it with 130 and without a word, at any moment."""
    gc.set_threshold(COLLECTED_AFTER, *gc.get_threshold()[1:])
    # Whoever started it with SIGINT ignored, as `nohup` does, wants that to stay.
    wanted = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if wanted:
        # While modules are imported nobody catches what Ctrl-C raises.
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    # Plugins of pydantic's are not looked for among all that is installed: 0.02 s.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    from monitor.cli.main import main as run

    if wanted:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        run()
    finally:
        # What is left is freed when the process ends; to look for cycles in all of it once more
        # would take some commands 0.1 s.
        gc.freeze()
        if wanted:
            # Nor does anybody while the interpreter goes down.
            signal.signal(signal.SIGINT, lambda *_: os._exit(130))


if __name__ == "__main__":
    main()
