// Keys, the reading pane, undo, and what is new. Everything here can be done without it, too.
"use strict";
(() => {
  const doc = document;
  const one = (selector, within = doc) => within.querySelector(selector);
  const all = (selector, within = doc) => [...within.querySelectorAll(selector)];
  const list = one("#list");
  const pane = one("#pane");
  const undos = [];
  const MOST_UNDOS = 50;
  let anchor = null;
  let paneTimer = 0;

  // --- saying ------------------------------------------------------------------------------
  let saying = 0;
  function say(text, undo) {
    const box = one("#said");
    if (!box) return;
    box.textContent = text;
    if (undo) {
      const button = doc.createElement("button");
      button.type = "button";
      button.textContent = "Undo (Z)";
      button.addEventListener("click", takeBack);
      box.append(button);
    }
    clearTimeout(saying);
    saying = setTimeout(() => { box.textContent = ""; }, 6000);
  }

  // --- rows --------------------------------------------------------------------------------
  const rows = () => (list ? all(".story", list) : []);
  const current = () => one("[data-current]") || (list && one('.story[aria-current="true"]', list));

  function move(to, { open = true } = {}) {
    if (!to) return;
    rows().forEach((row) => row.removeAttribute("aria-current"));
    to.setAttribute("aria-current", "true");
    to.scrollIntoView({ block: "nearest" });
    if (open) showPane(to);
  }
  function showPane(row) {
    if (!pane || getComputedStyle(pane).display === "none") return;
    clearTimeout(paneTimer);
    const id = row.dataset.story;
    paneTimer = setTimeout(() => {
      fetch(`/stories/${id}/pane`, { headers: { "HX-Request": "true" } })
        .then((answer) => (answer.ok ? answer.text() : ""))
        .then((html) => {
          const now = current();
          if (html && now && now.dataset.story === id) { pane.innerHTML = html; pane.scrollTop = 0; }
        })
        .catch(() => {});
    }, 90);
  }
  function step(by, extend) {
    const found = rows();
    const at = found.indexOf(current());
    const next = found[Math.max(0, Math.min(found.length - 1, at + by))];
    if (extend && next) {
      if (anchor === null) anchor = at;
      const to = found.indexOf(next);
      found.forEach((row, n) => pick(row, n >= Math.min(anchor, to) && n <= Math.max(anchor, to)));
    } else {
      anchor = null;
    }
    move(next);
  }
  function pick(row, on = !row.classList.contains("picked")) {
    row.classList.toggle("picked", on);
    one('[data-do="pick"]', row)?.setAttribute("aria-pressed", String(on));
    const bar = one("#chosen");
    if (!bar) return;
    const number = rows().filter((each) => each.classList.contains("picked")).length;
    bar.hidden = number === 0;
    one("b", bar).textContent = number === 1 ? "1 story selected" : `${number} stories selected`;
  }
  const picked = () => {
    const found = rows().filter((row) => row.classList.contains("picked"));
    return found.length ? found : current() ? [current()] : [];
  };

  // --- deciding ----------------------------------------------------------------------------
  async function send(form, extra) {
    const body = new FormData(form);
    body.set("form_token", doc.body.dataset.token);
    for (const [name, value] of Object.entries(extra || {})) body.set(name, value);
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(body), headers: { "HX-Request": "true" },
    });
    if (answer.status === 401) { location.href = "/login"; return null; }
    return { ok: answer.ok, text: await answer.text(), answer };
  }
  const told = (answer) => decodeURIComponent(answer.headers.get("X-Said") || "");
  function replaceRows(html) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    all(".story", parsed).forEach((fresh) => replaceRow(fresh.dataset.story, fresh));
  }
  function replaceRow(id, fresh) {
    const old = doc.getElementById(`story-${id}`);
    if (!old) return;
    if (old.matches(".actions")) {
      one(".triage", old)?.replaceWith(one(".triage", fresh));
      const state = one(".meta", old);
      if (state) state.replaceChildren(...all(".meta > .state", fresh));
      return;
    }
    if (old.getAttribute("aria-current")) fresh.setAttribute("aria-current", "true");
    old.replaceWith(fresh);
  }
  async function decide(form, extra, { quiet = false, advance = true } = {}) {
    const row = form.closest("[data-story]");
    const id = row.dataset.story;
    let sent;
    try { sent = await send(form, extra); } catch { say("It could not be sent. Nothing was changed."); return false; }
    if (!sent) return false;
    if (sent.answer.status === 409) {
      replaceRows(sent.text);
      say(told(sent.answer) || "Somebody was faster.");
      return false;
    }
    if (!sent.ok) { say(sent.text || "That did not work."); return false; }
    replaceRows(sent.text);
    const undo = sent.answer.headers.get("X-Undo");
    if (undo) { undos.push({ number: undo, story: id }); if (undos.length > MOST_UNDOS) undos.shift(); }
    if (!quiet) say(told(sent.answer) || "Done.", Boolean(undo));
    if (advance && list && sent.answer.headers.get("X-Advance")) {
      const found = rows();
      move(found[found.indexOf(current()) + 1]);
    }
    return true;
  }
  async function takeBack() {
    const last = undos.pop();
    if (!last) { say("There is nothing to undo."); return; }
    const form = doc.createElement("form");
    form.action = `/undo/${last.number}`;
    const sent = await send(form);
    if (!sent) return;
    if (!sent.ok) { say(sent.text); return; }
    const whole = sent.answer.headers.get("X-Story");
    if (whole) { keep(told(sent.answer)); if (list) location.reload(); else location.href = `/stories/${whole}`; return; }
    replaceRows(sent.text);
    const row = doc.getElementById(`story-${last.story}`);
    if (row && row.matches(".story")) move(row);
    say(told(sent.answer) || "Taken back.");
  }
  // --- one story, or several ---------------------------------------------------------------
  async function regroup(form, extra) {
    let sent;
    try { sent = await send(form, extra); } catch { say("It could not be sent. Nothing was changed."); return; }
    if (!sent) return;
    if (!sent.ok) { say(sent.text || "That did not work."); return; }
    const story = sent.answer.headers.get("X-Story");
    undos.push({ number: sent.answer.headers.get("X-Undo"), story });
    keep(told(sent.answer));
    if (list) location.reload(); else location.href = `/stories/${story}`;
  }
  // What was said, and what can be undone, outlives the page that is loaded anew.
  function keep(said) {
    try { sessionStorage.setItem("said", JSON.stringify({ said, undos })); } catch {}
  }
  function kept() {
    try {
      const found = JSON.parse(sessionStorage.getItem("said"));
      sessionStorage.removeItem("said");
      if (!found) return;
      undos.push(...found.undos);
      say(found.said, undos.length > 0);
    } catch {}
  }
  function merge() {
    if (!list) { const menu = one("#merging"); if (menu) { menu.open = true; one("button,input:not([type=hidden])", menu)?.focus(); } return; }
    const those = picked().map((row) => row.dataset.story);
    const form = one("[data-merge]");
    if (those.length < 2) { say("Select two stories or more first (X, or ⇧J and ⇧K)."); return; }
    form.action = `/stories/${those[0]}/merge`;
    regroup(form, { with: those.slice(1).join(",") });
  }
  doc.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-regroup]")) return;
    event.preventDefault();
    if (form.matches("[data-merge]")) merge(); else regroup(form);
  });
  async function act(name, extra) {
    const those = picked();
    if (!those.length) return;
    for (const row of those) {
      const form = one(`form[data-act="${name}"]`, row);
      if (form) await decide(form, extra, { quiet: those.length > 1, advance: those.length === 1 });
      pick(doc.getElementById(row.id) || row, false);
    }
    if (those.length > 1) say(`${those.length} stories.`, true);
    anchor = null;
  }
  doc.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-act]")) return;
    event.preventDefault();
    const row = form.closest(".story");
    if (row && list) move(row, { open: false });
    const by = event.submitter;
    decide(form, by && by.name ? { [by.name]: by.value } : {});
  });
  doc.addEventListener("click", (event) => {
    const undo = event.target.closest("form[data-undo] button");
    if (undo && undos.length) {
      const number = undo.closest("form").action.split("/").pop();
      const known = undos.findIndex((each) => each.number === number);
      if (known >= 0) { event.preventDefault(); undos.push(...undos.splice(known, 1)); takeBack(); }
    }
  });

  // --- the list ----------------------------------------------------------------------------
  doc.addEventListener("click", async (event) => {
    const more = event.target.closest("a[data-more]");
    if (!more) return;
    event.preventDefault();
    const answer = await fetch(more.href, { headers: { "HX-Request": "true" } });
    if (!answer.ok) { location.href = more.href; return; }
    more.closest("p").outerHTML = await answer.text();
  });
  if (list) {
    list.addEventListener("click", (event) => {
      const row = event.target.closest(".story");
      if (!row) return;
      const link = event.target.closest(".hl a");
      const wide = pane && getComputedStyle(pane).display !== "none";
      const plain = !event.metaKey && !event.ctrlKey && !event.shiftKey;
      if (link && plain && (wide || row.getAttribute("aria-current") !== "true")) {
        event.preventDefault();
        if (row.getAttribute("aria-current") === "true") { location.href = link.href; return; }
      }
      if (plain) move(row);
    });
    move(rows()[0], { open: false });
  }
  kept();

  // --- what is new -------------------------------------------------------------------------
  if (list && "EventSource" in window) {
    const source = new EventSource(`/events?seen=${list.dataset.newest}`);
    source.addEventListener("stories", (event) => {
      const { new: fresh, waiting } = JSON.parse(event.data);
      const bar = one("#fresh");
      if (fresh > 0) {
        one("span", bar).textContent = fresh === 1 ? "1 new story. Show it" : `${fresh} new stories. Show them`;
        bar.hidden = false;
      }
      all("[data-waiting]").forEach((each) => { each.textContent = waiting > 999 ? "999+" : waiting; });
      doc.title = doc.title.replace(/^Inbox( \(\d+\))?/, waiting ? `Inbox (${waiting})` : "Inbox");
    });
    addEventListener("pagehide", () => source.close());
  }

  // --- keys --------------------------------------------------------------------------------
  const off = () => { try { return localStorage.getItem("keys") === "off"; } catch { return false; } };
  const help = one("#keys");
  const toggleHelp = () => { if (help) { if (help.open) help.close(); else help.showModal(); } };
  const switcher = one('[data-do="keys-off"]');
  if (switcher) {
    switcher.checked = off();
    switcher.addEventListener("change", () => {
      try { localStorage.setItem("keys", switcher.checked ? "off" : "on"); } catch {}
    });
  }
  function go(selector, fallback) {
    const row = current();
    const link = one(selector) || (row && one(selector, row));
    if (link) location.href = link.href; else if (fallback) location.href = fallback;
  }
  let mention = 0;
  function toMention(by) {
    const found = all(".prose mark");
    if (!found.length) return;
    found.forEach((each) => each.classList.remove("here"));
    mention = (mention + by + found.length) % found.length;
    found[mention].classList.add("here");
    found[mention].closest("details")?.setAttribute("open", "");
    found[mention].scrollIntoView({ block: "center" });
  }
  let asking = null;
  function askWhy() {
    const those = picked();
    if (!those.length) return;
    const menu = one("[data-why]", those[0]);
    if (!menu) return;
    asking = menu;
    menu.open = true;
    say("Not relevant: why? 1 to 6, or Enter for no reason.");
  }
  const KEYS = {
    j: () => step(1), k: () => step(-1), J: () => step(1, true), K: () => step(-1, true),
    ArrowDown: null,
    y: () => act("relevant"), n: askWhy, a: () => act("acknowledge"), s: () => act("silence"),
    z: takeBack, x: () => { const row = current(); if (row && list) pick(row); },
    A: () => seenTo(current()),
    v: () => { const link = one('[data-do="original"]'); const to = link ? link.href : current() && current().dataset.original; if (to) window.open(to, "_blank", "noopener"); },
    g: merge,
    G: () => { const row = current(); const link = one('[data-do="split"]'); if (link) location.href = link.href; else if (row && list) location.href = `/stories/${row.dataset.story}?tab=outlets`; },
    t: () => { const row = current(); go('[data-do="tune"]', row && row.dataset.tune); },
    w: () => go('[data-do="way"]', current() && current().dataset.way),
    c: cite,
    "[": () => toMention(-1), "]": () => toMention(1),
    "/": () => { const box = one("#query"); if (box) box.focus(); else location.href = "/search"; },
    f: () => { const menu = one("#filters"); if (menu) { menu.open = !menu.open; one("input,select", menu)?.focus(); } },
    ",": () => doc.dispatchEvent(new Event("palette")), "?": toggleHelp,
  };
  async function seenTo(last) {
    if (!list) return;
    const found = rows();
    const upTo = found.slice(0, found.indexOf(last) + 1);
    const open = upTo.filter((row) => !row.classList.contains("done")).map((row) => row.dataset.story);
    if (!open.length) { say("All up to here have been dealt with."); return; }
    const form = doc.createElement("form");
    form.action = "/stories/seen";
    let sent;
    try { sent = await send(form, { stories: open.join(",") }); } catch { say("It could not be sent. Nothing was changed."); return; }
    if (!sent) return;
    if (!sent.ok) { say(sent.text || "That did not work."); return; }
    replaceRows(sent.text);
    undos.push({ number: sent.answer.headers.get("X-Undo"), story: open[0] });
    say(told(sent.answer), true);
  }
  doc.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-seen]")) return;
    event.preventDefault();
    seenTo(rows().at(-1));
  });
  function cite() {
    const button = one('[data-do="cite"]');
    if (!button) return;
    navigator.clipboard?.writeText(button.dataset.text).then(
      () => say("The citation is copied."), () => say("This browser does not let pages copy."));
  }
  doc.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target;
    if (target.matches("input,select,textarea,[contenteditable]")) {
      if (event.key === "Escape") target.blur();
      return;
    }
    if (doc.querySelector("dialog[open]")) return;
    if (off() && event.key !== "?") return;
    if (asking) {
      const button = /^[1-6]$/.test(event.key) ? all("button", asking)[event.key - 1] : null;
      asking.open = false;
      asking = null;
      if (event.key === "Escape") return;
      if (button || event.key === "Enter" || event.key === "n") {
        event.preventDefault();
        act("not-relevant", { reason: button ? button.value : "" });
        return;
      }
    }
    if (event.key === "Enter" && target.matches("a,button,summary")) return;
    if (event.key === "Enter") {
      const row = current();
      if (row && list) location.href = `/stories/${row.dataset.story}`;
      return;
    }
    const does = KEYS[event.key];
    if (does) { event.preventDefault(); does(); }
  });

  // --- buttons -----------------------------------------------------------------------------
  doc.addEventListener("click", (event) => {
    const what = event.target.closest("[data-do]")?.dataset.do;
    if (what === "pick") pick(event.target.closest(".story"));
    if (what === "unpick") rows().forEach((row) => pick(row, false));
    if (what === "help") toggleHelp();
    if (what === "cite") cite();
    if (what === "theme") {
      const dark = doc.documentElement.dataset.theme
        ? doc.documentElement.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      const next = dark ? "light" : "dark";
      doc.documentElement.dataset.theme = next;
      try { localStorage.setItem("theme", next); } catch {}
    }
  });
})();
