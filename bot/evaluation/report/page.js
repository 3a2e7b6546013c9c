/* The table of questions: searched, filtered, sorted, opened. What comes from a question set or an
   article goes in as text only, never as HTML. The address's hash holds the state: #verdict=wrong. */
(() => {
  "use strict";
  const STEP = 100;
  const at = (id) => document.getElementById(id);
  const [table, form, status, more] = [at("table"), at("controls"), at("status"), at("more")];
  const body = table.tBodies[0];
  const data = JSON.parse(at("rows").textContent);
  const columns = data.columns.map(([key, label, kind, digits, unit, empty, hidden], index) => ({
    key, label, kind, digits, unit, empty, hidden, index,
  }));
  const shownColumns = columns.filter((column) => !column.hidden);
  const rows = data.rows.map(([id, cells, values], index) => ({ id, cells, values, index }));
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const opening = table.querySelector("thead .opener") !== null;
  let found = rows;
  let shown = 0;
  let details = null;
  let articles = null;

  const make = (tag, css, text) => {
    const element = document.createElement(tag);
    if (css) element.className = css;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  };
  const slug = (text) => text.toLowerCase().replace(/[^a-z]+/g, "-").replace(/^-|-$/g, "");
  const textOf = (cell) => (cell !== null && typeof cell === "object" ? cell.t : cell) ?? "";
  const number = (value, column) =>
    value === null ? column.empty
      : value.toFixed(column.digits) + (column.unit ? "\u00a0" + column.unit : "");

  /* Accents and case make no difference to a search. */
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const searchable = (row) => {
    row.plain ??= plain(columns.map(({ kind, index }) => {
      const cell = row.cells[index];
      if (kind === "list") return cell.join("\n");
      if (kind === "number" || cell === null) return "";
      return typeof cell === "object" ? [cell.t, ...(cell.n ?? []), ...(cell.q ?? [])].join(" ") : cell;
    }).join("\n") + "\n" + row.id);
    return row.plain;
  };

  const quotation = ([before, quote, after], [label, address]) => {
    const block = make("blockquote");
    block.append(before, make("mark", "", quote), after);
    if (label) {
      const line = make("span", "note");
      if (/^https?:\/\//i.test(address)) {
        const link = make("a", "", label);
        link.href = address;
        link.rel = "noreferrer";
        line.append(link);
      } else line.textContent = label;
      block.append(line);
    }
    return block;
  };

  const fill = (element, cell, column) => {
    if (column.kind === "number") element.textContent = number(cell, column);
    else if (column.kind === "list") {
      if (!cell.length) element.append(make("span", "soft", column.empty));
      else {
        const list = make("ul");
        for (const item of cell) list.append(make("li", "", item));
        element.append(list);
      }
    } else if (cell === null || cell === "") element.append(make("span", "soft", column.empty));
    else if (typeof cell === "string") element.textContent = cell;
    else {
      element.append(make("span", cell.s, cell.t));
      for (const note of cell.n ?? []) element.append(make("span", "note", note));
      if (cell.q) element.append(quotation(cell.q, data.sources[cell.c]));
    }
    for (const part of element.querySelectorAll("span, li, mark, blockquote")) part.dir = "auto";
  };

  const line = (row) => {
    const tr = make("tr");
    tr.setAttribute("role", "row");
    if (opening) {
      const cell = make("td", "opener");
      const button = make("button");
      cell.setAttribute("role", "cell");
      button.type = "button";
      button.setAttribute("aria-expanded", "false");
      button.setAttribute("aria-label", "Details of " + textOf(row.cells[1]).slice(0, 120));
      button.addEventListener("click", () => toggle(button, tr, row));
      cell.append(button);
      tr.append(cell);
    }
    for (const column of shownColumns) {
      const heading = column.key === "question";
      const cell = make(heading ? "th" : "td", `${column.kind} ${column.key}`);
      cell.setAttribute("role", heading ? "rowheader" : "cell");
      if (heading) cell.scope = "row";
      else cell.dataset.label = column.label;
      if (column.kind === "badge") cell.classList.add(slug(textOf(row.cells[column.index])));
      fill(cell, row.cells[column.index], column);
      tr.append(cell);
    }
    return tr;
  };

  const grow = (count) => {
    const end = Math.min(found.length, shown + count);
    const piece = document.createDocumentFragment();
    for (; shown < end; shown++) piece.append(line(found[shown]));
    body.append(piece);
    more.hidden = shown >= found.length;
    more.textContent = `Show ${Math.min(STEP, found.length - shown)} more (${found.length - shown} left)`;
  };

  const compare = (column, falling) => (a, b) => {
    let [x, y] = [a.cells[column.index], b.cells[column.index]];
    if (column.kind === "list") [x, y] = [x.join(), y.join()];
    else if (column.kind !== "number") [x, y] = [textOf(x), textOf(y)];
    const [noX, noY] = [x === null || x === "", y === null || y === ""];
    if (noX || noY) return noX - noY || a.index - b.index; // what has no value comes last, always
    const order = column.kind === "number" ? x - y : words.compare(x, y);
    return (falling ? -order : order) || a.index - b.index;
  };

  const apply = () => {
    const value = (name) => form.elements.namedItem(name)?.value ?? "";
    const asked = plain(value("q")).split(/\s+/).filter(Boolean);
    const wanted = data.filters.map((key, index) => [index, value(key)]).filter(([, v]) => v);
    found = rows.filter((row) => wanted.every(([index, v]) => row.values[index] === v)
      && asked.every((word) => searchable(row).includes(word)));
    const column = columns.find(({ key }) => key === value("sort"));
    const falling = value("dir") === "down";
    if (column) found.sort(compare(column, falling));
    for (const th of table.tHead.querySelectorAll("[data-key]")) {
      if (th.dataset.key !== column?.key) th.removeAttribute("aria-sort");
      else th.setAttribute("aria-sort", falling ? "descending" : "ascending");
    }
    body.replaceChildren();
    shown = 0;
    grow(STEP);
    status.textContent = `${found.length} of ${rows.length} ${data.noun}`;
  };

  const fields = () => [...form.elements].filter((field) => field.name);
  const remember = () => {
    const state = new URLSearchParams();
    for (const field of fields()) if (field.value) state.set(field.name, field.value);
    try {
      history.replaceState(null, "", "#" + state);
    } catch { /* some browsers limit how often; the table itself is right */ }
  };
  const recall = () => {
    if (!location.hash.includes("=")) return false;
    const state = new URLSearchParams(location.hash.slice(1));
    for (const field of fields()) {
      field.value = state.get(field.name) ?? "";
      if (field.selectedIndex === -1) field.value = "";
    }
    return true;
  };

  const section = (parent, title) => parent.append(make("h3", "", title));
  const citationLine = ([article, start, end, sentence], sentences) => {
    const [title, publisher, published, address] = articles[article];
    const label = [title, publisher, published].filter(Boolean).join(", ");
    const range = start === null || end === null ? "" : ` · characters ${start}–${end}`;
    return quotation(sentences[sentence], [label + range, address]);
  };
  const opened = (row) => {
    const box = make("td");
    box.setAttribute("role", "cell");
    box.colSpan = shownColumns.length + 1;
    const figures = columns.filter(({ hidden, index }) => hidden && row.cells[index] !== null);
    if (figures.length) {
      section(box, "Scores and times");
      const list = make("dl");
      for (const column of figures) {
        const pair = make("div");
        pair.append(make("dt", "", column.label), make("dd", "", number(row.cells[column.index], column)));
        list.append(pair);
      }
      box.append(list);
    }
    details ??= at("details")?.textContent.split("\n") ?? [];
    const own = JSON.parse(details[row.index + 1] ?? "null");
    if (own) {
      articles ??= JSON.parse(details[0]);
      const [groups, passages, sentences, left] = own;
      if (groups.length) {
        section(box, "Answers found");
        const list = make("ol");
        for (const [answer, probability, origins, citations, others] of groups) {
          const item = make("li");
          const facts = [
            probability === null ? "" : `probability ${probability.toFixed(2)}`,
            origins ? `${origins} ${origins === 1 ? "source" : "independent sources"}` : "",
            others ? `${others} more quotes` : "",
          ].filter(Boolean).join(" · ");
          item.append(make("span", "strong", answer), make("span", "note", facts));
          for (const citation of citations) item.append(citationLine(citation, sentences));
          list.append(item);
        }
        box.append(list);
        if (left) box.append(make("p", "soft", `${left} less likely ones are in predictions.jsonl.`));
      }
      if (passages.length) {
        section(box, "Passages read");
        const list = make("ol", "soft");
        for (const [article, start, end, score] of passages) {
          list.append(make("li", "", `${articles[article][0]} · characters ${start}–${end}`
            + (score === null ? "" : ` · score ${score.toFixed(3)}`)));
        }
        box.append(list);
      }
    }
    if (!box.childElementCount) box.append(make("p", "soft", "Nothing more is kept here."));
    for (const part of box.querySelectorAll("li > span, mark, blockquote")) part.dir = "auto";
    return box;
  };
  const toggle = (button, tr, row) => {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) tr.nextElementSibling.remove();
    else {
      const detail = make("tr", "detail");
      detail.setAttribute("role", "row");
      detail.append(opened(row));
      tr.after(detail);
    }
  };

  const printed = () => {
    for (const fold of document.querySelectorAll("details.printed:not([open])")) {
      fold.open = true;
      fold.dataset.printed = "";
    }
    grow(found.length);
  };
  const unprinted = () => {
    for (const fold of document.querySelectorAll("details[data-printed]")) {
      fold.open = false;
      delete fold.dataset.printed;
    }
  };

  let waiting = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { apply(); remember(); }, event.target.name === "q" ? 120 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
  more.addEventListener("click", () => {
    const next = shown;
    grow(STEP);
    body.querySelectorAll(":scope > tr:not(.detail)")[next]?.querySelector("button")?.focus();
  });
  table.tHead.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (!key) return;
    const [sort, direction] = [form.elements.namedItem("sort"), form.elements.namedItem("dir")];
    direction.value = sort.value === key && direction.value === "" ? "down" : "";
    sort.value = key;
    apply();
    remember();
  });
  addEventListener("hashchange", () => {
    if (!recall()) return;
    apply();
    const heading = table.closest("section").querySelector("h2");
    heading.focus({ preventScroll: true });
    heading.scrollIntoView();
  });
  addEventListener("beforeprint", printed);
  addEventListener("afterprint", unprinted);
  matchMedia("print").addEventListener("change", ({ matches }) => (matches ? printed() : unprinted()));

  recall();
  form.hidden = table.hidden = false;
  apply();
  performance.mark("table");
})();
