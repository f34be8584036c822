
// The table: only the rows that are seen are elements of the page.
(() => {
  const HEIGHT = 56, AROUND = 6, MOST_PRINTED = 1000;
  const { data, view } = index;
  const box = document.getElementById("rows");
  const head = box.querySelector("thead tr");
  const body = box.querySelector("tbody");
  let thumbnails = null;
  let columns = [];
  let chosen = null;
  let printing = false;

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const icon = (status) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", `icon ${status}`);
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#icon-${status}`);
    svg.append(use);
    return svg;
  };

  const picture = (cell, i) => {
    if (!thumbnails || !thumbnails[i]) return;
    const image = element("img");
    image.alt = "";
    image.src = `data:image/png;base64,${thumbnails[i]}`;
    cell.append(image);
  };
  const name = (cell, i) => {
    const line = element(data.link[i] ? "a" : "span", "", data.name[i]);
    if (data.link[i]) line.href = data.link[i];
    const first = element("div", "name");
    first.append(line);
    const second = data.title[i] === data.name[i] ? "" : data.title[i] || data.file[i];
    cell.title = [data.name[i], data.title[i], data.file[i], data.folder[i]].filter(Boolean).join("\n");
    cell.append(first, element("div", "sub", second));
  };
  const overall = (cell, i) => {
    const group = data.groups[data.group[i]];
    cell.title = data.overall[i];
    cell.append(element("div", `cell group ${group.kind}`, group.text));
  };
  const findings = (cell, i) => {
    const inner = element("div", "cell");
    data.findings[i].forEach((kind, place) => {
      const { title, severity } = data.kinds[kind];
      inner.append(place ? "; " : "", element("span", `of-${severity}`, title));
    });
    if (data.reason[i]) inner.append(data.reason[i]);
    cell.title = inner.textContent;
    cell.append(inner);
  };
  const ofCheck = (check) => (cell, i) => {
    if (check.status[i] < 0) return;
    const status = data.statuses[check.status[i]];
    const rule = data.rules[check.rule[i]];
    const inner = element("div", "cell value");
    inner.append(icon(status.id), element("span", "away", ` ${rule ? rule.text[i] : ""}`));
    cell.title = `${check.id} ${check.title}: ${status.text}`
      + (rule ? `\n${rule.quantity}: ${rule.text[i]} (limit: ${rule.short})` : "");
    cell.append(inner);
    const spoken = element("span", "skip", status.text);
    inner.append(spoken);
  };
  // Thousands are set apart from 10 000 on.
  const spaced = (n) => (n < 1e4 ? String(n) : String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f"));
  const plain = (value) => (value === null || value === undefined ? "" : value);
  const seconds = (value) => (value === null ? "" : value < 10 ? Math.round(value * 10) / 10 : Math.round(value));

  // By status first, as the numbers of different rules do not compare.
  const checkKey = (check) => () => data.name.map((_, i) => {
    if (check.status[i] < 0) return null;
    const rule = data.rules[check.rule[i]];
    const value = rule ? rule.value[i] : 0;
    return check.status[i] * 1e3 + check.rule[i] * 10 + value / (1 + Math.abs(value));
  });
  const severity = () => {
    const weights = { serious: 1e6, caution: 1e3, note: 1 };
    return data.findings.map((kinds) => (kinds.length
      ? kinds.reduce((sum, kind) => sum + weights[data.kinds[kind].severity], 0) : null));
  };
  const scoreColumn = (score) => ({
    id: `score-${score.level}`, width: 54, text: data.scores.length > 1 ? `Score ${score.level}` : "Score",
    about: "Checks passed of those that were evaluated", className: "right",
    key: () => score.passed.map((passed, i) => (score.evaluated[i] ? passed / score.evaluated[i] : null)),
    fill: (cell, i) => {
      cell.textContent = score.passed[i] === null ? "" : `${score.passed[i]} of ${score.evaluated[i]}`;
    },
  });
  const numberColumn = (rule) => ({
    id: "number", width: 120, text: `${rule.check} ${rule.quantity}`, about: rule.short,
    className: "right", key: () => rule.value,
    fill: (cell, i) => { cell.textContent = rule.text[i]; },
  });

  const makeColumns = () => {
    chosen = index.filters.number;
    columns = [
      ...(thumbnails && thumbnails.length ? [{ id: "picture", width: 58, text: "", fill: picture }] : []),
      { id: "name", width: 166, text: "Map", key: () => index.ranked(data.name), fill: name },
      { id: "resolution", width: 94, text: "Resolution (Å)", className: "right",
        key: () => data.resolution, fill: (cell, i) => { cell.textContent = plain(data.resolution[i]); } },
      { id: "overall", width: 104, text: "Overall", key: () => data.group, fill: overall },
      { id: "findings", width: 176, text: "Findings", about: "The most serious first",
        key: severity, down: true, fill: findings },
      ...(chosen ? [numberColumn(chosen)] : []),
      ...data.scores.map(scoreColumn),
      ...data.checks.map((check) => ({
        id: check.id, width: 86, text: check.id, sub: check.title.replace(/ analysis$/, ""),
        about: `${check.title}: by status, then by deciding value`,
        key: checkKey(check), fill: ofCheck(check),
      })),
      { id: "seconds", width: 52, text: "Time (s)", className: "right", key: () => data.seconds,
        fill: (cell, i) => { cell.textContent = seconds(data.seconds[i]); } },
      ...(data.versions.length > 1 ? [{ id: "version", width: 80, text: "Version",
        key: () => data.version.map((version) => (version < 0 ? null : version)),
        fill: (cell, i) => { cell.textContent = plain(data.versions[data.version[i]]); } }] : []),
    ];
    box.firstElementChild.style.minWidth = `${columns.reduce((sum, column) => sum + column.width, 0)}px`;
    head.replaceChildren(...columns.map(heading));
    mark();
  };
  const heading = (column) => {
    const cell = element("th", column.className);
    cell.scope = "col";
    cell.style.width = `${column.width}px`;
    if (!column.key) return cell;
    const button = element("button", "", column.text);
    button.type = "button";
    button.title = column.about || "";
    button.dataset.column = column.id;
    button.addEventListener("click", () => sortBy(column));
    cell.append(button);
    if (column.sub) cell.append(element("div", "sub", column.sub));
    return cell;
  };
  let sortedBy = "";
  const sortBy = (column) => {
    const down = sortedBy === column.id ? !index.sorting.down : Boolean(column.down);
    sortedBy = column.id;
    index.sorted(column.key, down);
  };
  const mark = () => {
    columns.forEach((column, place) => {
      const on = column.id === sortedBy;
      const cell = head.children[place];
      if (on) cell.setAttribute("aria-sort", index.sorting.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
  };

  const row = (place) => {
    const i = view.shown[place];
    const made = element("tr", "map");
    made.setAttribute("aria-rowindex", place + 2);
    for (const column of columns) {
      const cell = element("td", column.className);
      column.fill(cell, i);
      made.append(cell);
    }
    return made;
  };
  // Rows that stay in sight stay as they are, with the focus of the keyboard in them.
  const above = element("tr", "space");
  const below = element("tr", "space");
  let drawn = new Map();
  const forget = () => {
    drawn = new Map();
    body.replaceChildren(above, below);
  };
  const stretch = (space, height) => {
    const cell = element("td");
    cell.colSpan = columns.length;
    cell.style.height = `${height}px`;
    space.replaceChildren(...(height ? [cell] : []));
  };
  const draw = () => {
    const total = view.shown.length;
    const seen = Math.ceil((box.clientHeight || innerHeight) / HEIGHT);
    const first = printing ? 0 : Math.max(0, Math.floor(box.scrollTop / HEIGHT) - AROUND);
    const last = Math.min(total, printing ? MOST_PRINTED : first + seen + 2 * AROUND);
    for (const [place, made] of drawn) {
      if (place >= first && place < last) continue;
      made.remove();
      drawn.delete(place);
    }
    for (let place = first; place < last; place++) {
      if (drawn.has(place)) continue;
      const made = row(place);
      drawn.set(place, made);
      body.insertBefore(made, body.children[1 + place - first]);
    }
    stretch(above, first * HEIGHT);
    stretch(below, printing ? 0 : (total - last) * HEIGHT);
    box.firstElementChild.setAttribute("aria-rowcount", total + 1);
  };
  const update = (what) => {
    const few = view.shown.length * HEIGHT < 0.6 * innerHeight;
    box.classList.toggle("few", few);
    box.scrollTop = 0;
    if (chosen !== index.filters.number) {
      // The order stays, but the number that it is by is no column any more.
      if (sortedBy === "number") sortedBy = "";
      makeColumns();
    }
    mark();
    forget();
    draw();
    document.getElementById("no-map").hidden = view.shown.length > 0;
    const total = index.count;
    document.getElementById("shown").textContent = view.shown.length === total
      ? `All ${spaced(total)}` : `${spaced(view.shown.length)} of ${spaced(total)}`;
    box.dataset.drawn = what;
  };

  let waiting = false;
  box.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  });
  addEventListener("resize", draw);
  addEventListener("beforeprint", () => { printing = true; draw(); });
  addEventListener("afterprint", () => { printing = false; draw(); });
  index.onChange(update);
  index.sortByNumber = () => {
    sortedBy = "";
    sortBy(columns.find((column) => column.id === "number"));
    box.scrollIntoView();
  };
  makeColumns();
  // The pictures come after the first rows.
  addEventListener("DOMContentLoaded", () => setTimeout(() => {
    thumbnails = JSON.parse(document.getElementById("thumbnails").textContent);
    if (thumbnails.length) { makeColumns(); forget(); draw(); }
    box.dataset.pictures = "drawn";
  }));
})();
