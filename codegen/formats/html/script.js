"use strict";
// Adds to a page that is complete without it: colours, tabs, folding, copying, and what a symbol means where it stands.
(() => {
  const root = document.documentElement;
  const words = document.body.dataset;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const made = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);
  const remembered = {
    get(key) { try { return localStorage.getItem(`chainscribe-${key}`); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(`chainscribe-${key}`, value); } catch { /* not allowed here */ } },
  };

  // Light and dark: as the system has it, until somebody chooses.
  const theme = document.querySelector("#theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const paint = (chosen) => {
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
    theme.textContent = isDark() ? words.light : words.dark;
  };
  paint(remembered.get("theme"));
  dark.addEventListener("change", () => paint());
  theme.addEventListener("click", () => {
    const chosen = isDark() ? "light" : "dark";
    remembered.set("theme", chosen);
    paint(chosen);
  });
  document.querySelector(".tools").hidden = false;

  // The same equations in several notations: one choice for the whole page.
  const groups = all(".forms").filter((group) => all(".form", group).length > 1);
  const choose = (kind) => {
    for (const group of groups) {
      const forms = all(".form", group);
      const shown = forms.find((form) => form.dataset.form === kind) ?? forms[0];
      for (const form of forms) form.hidden = form !== shown;
      for (const tab of all("[role=tab]", group)) {
        const selected = tab.dataset.form === shown.dataset.form;
        tab.setAttribute("aria-selected", selected);
        tab.tabIndex = selected ? 0 : -1;
      }
    }
    reach();
  };
  const chosen = (tab) => {
    const before = tab.getBoundingClientRect().top;
    remembered.set("form", tab.dataset.form);
    choose(tab.dataset.form);
    scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: "instant" });
  };
  let count = 0;
  for (const group of groups) {
    const tabs = made("div", { className: "tabs" });
    tabs.setAttribute("role", "tablist");
    tabs.setAttribute("aria-label", words.notation);
    for (const form of all(".form", group)) {
      count += 1;
      const name = form.querySelector(".form-name");
      const tab = made("button", { type: "button", id: `tab-${count}`, textContent: name.textContent });
      name.hidden = true;
      tab.dataset.form = form.dataset.form;
      tab.setAttribute("role", "tab");
      form.id ||= `form-${count}`;
      tab.setAttribute("aria-controls", form.id);
      form.setAttribute("role", "tabpanel");
      form.removeAttribute("aria-label");
      form.setAttribute("aria-labelledby", tab.id);
      tabs.append(tab);
    }
    tabs.addEventListener("click", ({ target }) => target.closest("[role=tab]") && chosen(target.closest("[role=tab]")));
    tabs.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const buttons = all("[role=tab]", tabs);
      const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
      chosen(next);
      next.focus();
    });
    group.prepend(tabs);
  }

  // Whatever scrolls sideways can be reached by the keyboard.
  function reach() {
    for (const box of all(".right, .left, .table, pre, .drawing")) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else if (box.getAttribute("tabindex") === "0") box.removeAttribute("tabindex");
    }
  }
  addEventListener("resize", reach);

  // Folding, all derivations at once too.
  const fold = document.querySelector("#fold");
  const derivations = all("details.derivation");
  const anyOpen = () => derivations.some((item) => item.open);
  const name = () => { fold.textContent = anyOpen() ? words.fold : words.unfold; };
  fold.hidden = derivations.length === 0;
  fold.addEventListener("click", () => {
    const open = !anyOpen();
    for (const item of derivations) item.open = open;
    name();
  });
  for (const item of derivations) item.addEventListener("toggle", () => { name(); reach(); });
  name();
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("main details:not([open])");
    for (const item of closed) item.open = true;
  });
  addEventListener("afterprint", () => { for (const item of closed) item.open = false; });

  // A link to something folded or hidden shows it.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let item = target; item; item = item.parentElement) {
      if (item.tagName === "DETAILS") item.open = true;
      if (item.matches(".form[hidden]")) choose(item.dataset.form);
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);

  // Copying.
  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = made("textarea", { value: text });
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };
  const latex = (element) => all("math", element).map((item) => item.getAttribute("alttext")).join(" ");
  const reason = (element) => (element ? ` && \\text{${[...element.childNodes].map((item) =>
    item.nodeName === "math" ? `$${item.getAttribute("alttext")}$` : item.textContent.replace(/[\\{}$&#^_%~]/g, "\\$&")).join("")}}` : "");
  const source = (block) => {
    const rows = all(".row", block);
    if (rows.length === 1) return `${latex(rows[0].querySelector(".left"))} ${latex(rows[0].querySelector(".right"))}`;
    const lines = rows.map((row) =>
      `${latex(row.querySelector(".left"))} &${latex(row.querySelector(".right"))}${reason(row.querySelector(".reason"))}`.trim());
    return `\\begin{aligned}\n${lines.join(" \\\\\n")}\n\\end{aligned}`;
  };
  const copier = (label, text) => {
    const button = made("button", { type: "button", className: "copy", textContent: label });
    button.addEventListener("click", async () => {
      button.textContent = (await copied(text())) ? words.copied : words.failed;
      button.classList.add("done");
      setTimeout(() => { button.textContent = label; button.classList.remove("done"); }, 1500);
    });
    return button;
  };
  for (const block of all(".rows")) block.append(copier(words.latex, () => source(block)));
  for (const block of all(".code")) block.append(copier(words.copy, () => block.querySelector("code").textContent));

  // What a symbol means: its equation in a small panel, and the symbol marked wherever it stands.
  const panel = document.querySelector("#panel");
  const uses = new Map();
  for (const item of all("[data-symbol]")) {
    if (!uses.has(item.dataset.symbol)) uses.set(item.dataset.symbol, []);
    uses.get(item.dataset.symbol).push(item);
  }
  const equations = new Map(all("[data-defines]").map((row) => [row.dataset.defines, row]));
  const meanings = new Map(all("[data-about]").map((row) => [row.dataset.about, row]));
  let current = "";
  let pinned = false;
  let timer = 0;
  const copies = (element) => [...element.childNodes].map((item) => {
    const copy = item.cloneNode(true);
    if (copy.nodeType === 1) for (const part of [copy, ...all("*", copy)]) part.removeAttribute("id");
    return copy;
  });
  const fill = (name) => {
    panel.replaceChildren();
    const row = equations.get(name);
    if (row) {
      const line = made("div", { className: "equation" });
      if (row.cells) {
        line.append(...copies(row.cells[1]), "\u2003", ...copies(row.cells[0]));
      } else {
        const first = row.querySelector(".left").childElementCount ? row : row.closest(".rows").querySelector(".row");
        line.append(...copies(first.querySelector(".left")), ...copies(row.querySelector(".right")), "\u2003",
          ...copies(row.querySelector(".number")));
      }
      panel.append(line);
    }
    const meaning = meanings.get(name);
    if (meaning) {
      const line = made("p");
      const cells = [...meaning.cells].slice(row ? 2 : 0);
      cells.forEach((cell, place) => line.append(...(place ? [" · "] : []), ...copies(cell)));
      panel.append(line);
    }
  };
  // The edges of a node in its picture.
  const light = (node) => {
    for (const edge of all(".edge", node.closest("svg"))) {
      if (edge.dataset.from === node.dataset.key || edge.dataset.to === node.dataset.key) edge.classList.add("lit");
    }
  };
  const hide = () => {
    for (const item of all(".marked")) item.classList.remove("marked");
    for (const item of all(".lit")) item.classList.remove("lit");
    panel.hidden = true;
    panel.classList.remove("pinned");
    current = "";
    pinned = false;
  };
  const show = (name, pin = false) => {
    if (!equations.has(name) && !meanings.has(name)) return;
    if (name !== current) {
      hide();
      fill(name);
      for (const item of uses.get(name) ?? []) {
        item.classList.add("marked");
        if (item.dataset.key) light(item);
      }
      current = name;
    }
    for (const item of all(".marked", panel)) item.classList.remove("marked");
    pinned = pin;
    panel.classList.toggle("pinned", pin);
    panel.hidden = false;
  };
  const meant = (element) => {
    const found = element.closest?.("[data-symbol]");
    if (found) return found.dataset.symbol;
    const link = element.closest?.("a.ref");
    const goal = link && document.getElementById(link.getAttribute("href").slice(1));
    return goal ? goal.dataset.defines ?? goal.querySelector("[data-defines]")?.dataset.defines : undefined;
  };
  // Only a pointer that moves points at something; a page that scrolls below it does not.
  let under = null;
  document.addEventListener("pointermove", ({ target, pointerType }) => {
    if (pinned || pointerType === "touch" || target === under) return;
    under = target;
    clearTimeout(timer);
    const name = meant(target);
    if (name) timer = setTimeout(show, 90, name);
    else if (!target.closest?.("#panel")) timer = setTimeout(hide, 250);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("a, summary, button:not(.symbol), #panel")) return;
    clearTimeout(timer);
    const name = meant(event.target);
    if (!name || (pinned && name === current)) hide();
    else show(name, true);
  });
  document.addEventListener("focusin", ({ target }) => {
    clearTimeout(timer);
    const name = target.matches(":focus-visible") && meant(target.querySelector?.("[data-symbol]") && target.matches(".symbol")
      ? target.querySelector("[data-symbol]") : target);
    if (name) show(name);
  });
  document.addEventListener("focusout", () => { if (!pinned) hide(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    const node = event.target.closest?.("svg [data-symbol]");
    if (node && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      show(node.dataset.symbol, true);
    }
  });
  for (const row of meanings.values()) {
    const button = made("button", { type: "button", className: "symbol" });
    button.append(...row.cells[0].childNodes);
    row.cells[0].append(button);
  }
  for (const node of all("svg [data-symbol]")) {
    node.tabIndex = 0;
    node.setAttribute("role", "button");
    node.closest("svg").setAttribute("role", "group");
  }

  choose(remembered.get("form") ?? "index");
  reveal();
  root.dataset.ready = "";
})();
