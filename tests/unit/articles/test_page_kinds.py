"""Pages of the kinds that sites make: what counts is kept, what is beside it is not."""

from __future__ import annotations

import pytest

from monitor.articles.page import read_page

LINES = [
    "The regulator said on Tuesday that the pipeline operator had ignored eleven warnings.",
    "Inspectors found valves that had not been turned since 2011, a report of ninety pages says.",
    "Keptname Limited, which ran the pumps, denied that it had been told of the leak by anybody.",
    "A hearing before the select committee is planned for the second week of January.",
]
TEXT = "".join(f"<p>{line}</p>" for line in LINES)
LONG = "Dropname, a baker of Lorne, won the national prize for rye bread, beating ninety others."

BODIES = {
    "AMP": f"<article>{TEXT}<amp-ad><div placeholder>Dropname</div></amp-ad><amp-list>"
    f"<template type='amp-mustache'><p>{LONG}</p></template></amp-list></article>"
    f"<amp-consent><p>{LONG}</p></amp-consent>",
    "consent dialogue": f"<div role=dialog id=qc-cmp2-container><h2>We value your privacy</h2>"
    f"<p>We and our 842 Dropname partners store cookies on a device.</p></div><main>{TEXT}</main>",
    "text without a program only": f"<div id=root></div><noscript><main>{TEXT}</main></noscript>",
    "next article below": f"<article><h1>Spill</h1>{TEXT}</article><article class='next-article'>"
    f"<h1>Bread</h1>{f'<p>{LONG}</p>' * 3}</article>",
    "shadow root": f"<news-article><template shadowrootmode=open><article>{TEXT}<slot></slot>"
    "</article></template></news-article>",
    "slots": f"<news-article><div slot=body>{TEXT}</div></news-article><template><p>{LONG}</p>"
    "</template>",
    "box between paragraphs": f"<article>{TEXT[:120]}</p><div class='related-inline'><h4>Read more"
    f"</h4><a href='/r'>{LONG}</a></div>{TEXT}<p>READ ALSO: <a href='/z'>Dropname</a></article>",
    "hidden": f"<article>{TEXT}<p hidden>{LONG}</p><p style='display:none'>{LONG}</p></article>",
    "shown by a program": f"<div style='visibility:hidden'><article>{TEXT}</article></div>",
    "behind a dialogue": f"<div aria-hidden=true><article>{TEXT}</article></div><div role=dialog>"
    "<p>Dropname asks you to sign in to your account first.</p></div>",
    "about the author": f"<article>{TEXT}</article><div class='author-bio'><p>Jane Smith joined "
    "from the Dropname Gazette in 2019.</p></div>",
    "breaks": f"<div class=story>{'<br><br>'.join(LINES)}</div>",
    "boxes": "".join(f"<div><span>{line}</span></div>" for line in LINES),
    "names in a table": f"<article><p>{LINES[0]}</p><p>{LINES[1]}</p><table><tr><th>Name</th>"
    "<th>Place</th></tr><tr><td>Li Wei</td><td>Wuhan</td></tr><tr><td>Keptname Holdings</td>"
    f"<td>Perm</td></tr></table><p>{LINES[3]}</p></article>",
    "names in a list": f"<article><p>{LINES[0]}</p><p>{LINES[1]}</p><ul><li>Li Wei, engineer</li>"
    f"<li>Keptname, colonel</li></ul><p>{LINES[3]}</p></article>",
    "questions and answers": f"<article><p>{LINES[0]}</p><dl><dt>Who ran the pumps?</dt>"
    f"<dd>{LINES[2]}</dd></dl><p>{LINES[3]}</p></article>",
    "folded": f"<article><p>{LINES[0]}</p><details><summary>Who is who</summary><p>{LINES[2]}</p>"
    f"</details><p>{LINES[3]}</p></article>",
    "one block": f"<pre>{chr(10).join(LINES).replace(', ', f',{chr(10)}')}</pre>",
    "comments": f"<article>{TEXT}</article><section id=comments>"
    + f"<div class=comment><p>{LONG}</p></div>" * 8
    + "</section>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_counts_is_kept_and_what_is_beside_it_is_not(body: str) -> None:
    page = (
        f"<!DOCTYPE html><html lang=en><head><title>Spill</title></head><body>{body}</body></html>"
    )
    text = read_page(page, url="https://gorse.example/spill").text
    assert "Keptname" in text
    assert "select committee" in text
    assert "Dropname" not in text


@pytest.mark.parametrize(
    ("declared", "written", "sent"),
    [
        ("utf-8", "utf-8", "text/html; charset=iso-8859-1"),
        ("iso-8859-1", "utf-8", "text/html"),
        ("", "utf-16", "text/html"),
        ("windows-1251", "utf-8", "text/html; charset=utf-8"),
    ],
)
def test_a_wrong_declaration_of_the_encoding_costs_no_name(
    declared: str, written: str, sent: str
) -> None:
    body = TEXT.replace("Keptname", "Gérardmér")
    page = f'<html lang=en><head><meta charset="{declared}"></head><article>{body}</article></html>'
    assert "Gérardmér" in read_page(page.encode(written), url=None, content_type=sent).text
