"use strict";
// Filters, the search in the answers, and long tables that open. Nothing is calculated here: numbers are looked
// up in what the report worked out, and text is only ever set as text.
(() => {
  const { filters, texts } = JSON.parse(document.getElementById("data").textContent);
  const language = document.documentElement.lang;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const number = (value) => value.toLocaleString(language);
  const points = (value) => (value > 0 ? "+" : value < 0 ? "−" : "") + Math.abs(value);
  const share = (value) => (value < 0 ? "< 1" : value) + texts.percent;
  const range = (low, high, end = "") => say(texts.range, { low, high: high + end });
  const make = (tag, text, name) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (name) element.className = name;
    return element;
  };

  let chosen = ["", "", ""];
  const fits = (item) => {
    const place = item.dataset.at.split(",");
    return chosen.every((value, axis) => value === "" || place[axis] === value);
  };

  // Filters
  const tellResult = () => {
    const strip = one("chosen");
    strip.replaceChildren();
    if (chosen.every((value) => value === "")) return;
    const names = chosen.flatMap((value, axis) => (value === "" ? [] : [filters.names[axis][value]]));
    const [n, nps, low, high] = filters.cells[chosen.join(",")] ?? [];
    const told = { nps: points(nps), interval: range(points(low), points(high)), n: number(n ?? 0) };
    strip.append(make("strong", names.join(" · ")), make("span", n ? say(texts.result, told) : texts.too_few));
    const clear = make("button", texts.clear);
    clear.type = "button";
    clear.addEventListener("click", () => {
      all("#filters select").forEach((select) => { select.value = ""; });
      filter();
      one("filters").querySelector("select").focus();
    });
    strip.append(clear);
  };

  const tellRates = () => {
    const place = chosen.join(",");
    const rates = filters.rates[place];
    for (const line of all(".here")) {
      const at = 3 * filters.lines.indexOf(line.dataset.line);
      line.hidden = chosen.every((value) => value === "");
      const told = rates && {
        share: share(rates[at]), interval: range(rates[at + 1], rates[at + 2], texts.percent), n: number(filters.cells[place][0]),
      };
      line.textContent = told ? say(texts.here, told) : texts.too_few;
    }
  };

  const sift = () => {
    const whole = chosen.every((value) => value === "");
    for (const box of all("details.quotes")) {
      const items = all("li", box);
      items.forEach((item) => { item.hidden = whole ? item.classList.contains("also") : !fits(item); });
      const left = items.filter((item) => !item.hidden).length;
      box.querySelector("summary").textContent =
        left === 1 ? texts.one : left ? say(texts.count, { n: number(left) }) : texts.no_quotes;
      box.hidden = whole && !left;
    }
  };

  const filter = () => {
    chosen = ["", "", ""];
    all("#filters select").forEach((select) => { chosen[select.dataset.axis] = select.value; });
    tellResult();
    tellRates();
    sift();
    search();
  };

  // What customers wrote, each text once, with all that it is quoted for
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const answers = new Map();
  for (const item of all("details.quotes li")) {
    const words = plain(item.textContent);
    const known = answers.get(words) ?? { items: [], labels: new Set() };
    answers.set(words, known);
    known.items.push(item);
    known.labels.add(item.dataset.label ?? item.closest("details").dataset.label);
  }
  const page = 12;
  let shown = page;

  function search() {
    if (!one("find")) return;
    const words = plain(one("query").value).split(/\s+/).filter(Boolean);
    const theme = one("theme").value;
    const found = [...answers].filter(([text, { items, labels }]) =>
      items.some(fits) && (!theme || labels.has(theme)) && words.every((word) => text.includes(word)));
    one("found").textContent =
      found.length === 1 ? texts.found_one : found.length ? say(texts.found, { n: number(found.length) }) : texts.none_found;
    one("answers").replaceChildren(...found.slice(0, shown).map(([, { items, labels }]) => {
      const copy = document.createElement("li");
      copy.append(...[...items.find(fits).childNodes].map((node) => node.cloneNode(true)));
      copy.append(make("span", [...labels].join(", "), "labels"));
      return copy;
    }));
    one("more").hidden = found.length <= shown;
  }

  // Long tables
  const open = (table) => {
    table.classList.remove("short");
    table.parentNode.querySelector(".all")?.remove();
  };
  for (const table of all("table")) {
    if (!table.querySelector(".rest")) continue;
    table.classList.add("short");
    const button = make("button", say(texts.show_all, { n: number(all("tbody tr:not(.behind)", table).length) }), "all");
    button.type = "button";
    button.addEventListener("click", () => open(table));
    table.after(button);
  }

  const follow = () => {
    const line = location.hash && one(decodeURIComponent(location.hash.slice(1)));
    if (!line || line.tagName !== "TR") return;
    open(line.closest("table"));
    const box = line.nextElementSibling?.querySelector("details");
    if (box) box.open = true;
    line.scrollIntoView({ block: "center" });
  };

  if (one("find")) {
    const themes = new Set([...answers.values()].flatMap(({ labels }) => [...labels]));
    [...themes].sort((a, b) => a.localeCompare(b, language)).forEach((theme) => {
      const option = make("option", theme);
      option.value = theme;
      one("theme").append(option);
    });
    const again = () => { shown = page; search(); };
    one("query").addEventListener("input", again);
    one("theme").addEventListener("input", again);
    one("more").addEventListener("click", () => { shown += 4 * page; search(); });
    one("find").addEventListener("submit", (event) => event.preventDefault());
    one("find").hidden = false;
  }
  if (filters) {
    all("#filters select").forEach((select) => { select.value = ""; select.addEventListener("input", filter); });
    one("filters").addEventListener("submit", (event) => event.preventDefault());
    one("filters").hidden = false;
  }
  search();
  addEventListener("hashchange", follow);
  follow();
})();
