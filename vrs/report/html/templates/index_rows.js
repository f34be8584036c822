"use strict";

// The maps of the index as columns, which of them the filters leave, and in which order.
const index = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const count = data.name.length;
  const listeners = [];
  const filters = { groups: new Set(), words: [], keys: [], number: null };
  const sorting = { key: null, down: false };
  const view = { shown: new Int32Array(0), passes: new Uint8Array(count) };
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const ranks = new Map();
  let texts = null;

  // Everything of a map that a search looks at.
  const searched = () => {
    texts = texts || data.name.map((name, i) => [
      name, data.title[i], data.file[i], data.folder[i], data.reason[i],
      ...data.findings[i].map((kind) => data.kinds[kind].title),
    ].join("\n").toLowerCase());
    return texts;
  };

  // Places of texts in the alphabet, with the numbers in them by their size.
  const ranked = (column) => {
    if (!ranks.has(column)) {
      const different = Array.from(new Set(column)).sort(collator.compare);
      const places = new Map(different.map((text, place) => [text, place]));
      ranks.set(column, column.map((text) => (text ? places.get(text) : null)));
    }
    return ranks.get(column);
  };

  const filter = () => {
    const { groups, words, keys } = filters;
    const all = words.length ? searched() : null;
    for (let i = 0; i < count; i++) {
      view.passes[i] = (!groups.size || groups.has(data.group[i]))
        && words.every((word) => all[i].includes(word)) && keys.every((key) => key(i)) ? 1 : 0;
    }
  };

  // What has no value comes last in both directions.
  const sort = () => {
    const order = [];
    for (let i = 0; i < count; i++) if (view.passes[i]) order.push(i);
    if (sorting.key) {
      const sign = sorting.down ? -1 : 1;
      const values = sorting.key();
      order.sort((a, b) => {
        const [x, y] = [values[a], values[b]];
        if (x === y) return a - b;
        if (x === null) return 1;
        if (y === null) return -1;
        return sign * (x - y);
      });
    }
    view.shown = Int32Array.from(order);
  };

  const tell = (what) => listeners.forEach((listener) => listener(what));
  return {
    data, count, view, sorting, filters, ranked,
    onChange: (listener) => listeners.push(listener),
    filtered: () => { filter(); sort(); tell("filter"); },
    sorted: (key, down) => { Object.assign(sorting, { key, down }); sort(); tell("sort"); },
  };
})();
