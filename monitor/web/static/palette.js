// Going anywhere by a few letters: the comma opens it.
"use strict";
(() => {
  const doc = document;
  const one = (selector, within = doc) => within.querySelector(selector);
  const all = (selector, within = doc) => [...within.querySelectorAll(selector)];
  const palette = one("#palette");
  doc.addEventListener("palette", () => {
    if (!palette) return;
    palette.showModal();
    const box = one("#goto");
    box.value = "";
    fill("");
    box.focus();
  });
  function fill(words) {
    const seen = new Set();
    const found = all(".nav a, .triage button, .tabs a, .links a").filter((each) => {
      const name = each.textContent.trim();
      if (!each.href || seen.has(name)) return false;
      seen.add(name);
      return name.toLowerCase().includes(words.toLowerCase());
    });
    const places = one("#places");
    places.replaceChildren(...found.slice(0, 20).map((each, n) => {
      const item = doc.createElement("li");
      const link = doc.createElement("a");
      link.href = each.href;
      link.textContent = each.textContent.replace(/\s+/g, " ").trim();
      if (n === 0) link.setAttribute("aria-selected", "true");
      item.append(link);
      return item;
    }));
  }
  const box = one("#goto");
  if (box) {
    box.addEventListener("input", () => fill(box.value));
    one("[data-palette]").addEventListener("submit", (event) => {
      event.preventDefault();
      const first = one("#places a");
      if (first) location.href = first.href;
    });
  }
})();
