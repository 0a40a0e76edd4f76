"""What reading takes, loaded once in the process that those which read are forked from.

Imported there and nowhere else: importing it reads a small document of each kind, for the
libraries load much only when they are first used. The memory is shared with every fork.
The model that tells languages is left out: it is large, and many never need it.
"""

from __future__ import annotations

import gc
import os

from monitor.pipeline.allocator import keep_little

# Libraries that compute with a thread a processor would set memory aside for each of them.
for _each in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_each] = "1"
keep_little()

import jinja2.sandbox  # noqa: E402, F401 - for users' templates

from monitor.articles.page import read_page  # noqa: E402 - the threads come first
from monitor.feeds.parse import parse  # noqa: E402

_SENTENCE = "The council said on Monday that the old bridge will be open again by the spring. "
_PAGE = (
    f"<html><title>Bridge</title><body><article>{f'<p>{_SENTENCE * 4}</p>' * 4}</article></html>"
)
_FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item><title>Bridge'
    "</title><link>https://example.org/1</link></item></channel></rss>"
)

read_page(_PAGE, url="https://example.org/1")
parse(_FEED.encode(), url="https://example.org/feed")
gc.collect()
# What is here already is looked at by no later collection, which would write to it and so
# unshare it.
gc.freeze()
