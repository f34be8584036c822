
// The filters: what the fields say becomes conditions on the maps.
(() => {
  const { data, filters } = index;
  const form = document.getElementById("filters");
  const chips = Array.from(document.querySelectorAll(".chip"));

  const value = (field) => (form.elements[field] ? form.elements[field].value : "");
  const between = (column, from, to) => (i) => {
    const number = column[i];
    return number !== null && (from === "" || number >= Number(from))
      && (to === "" || number <= Number(to));
  };
  const read = () => {
    filters.words = value("words").toLowerCase().split(/\s+/).filter(Boolean);
    filters.number = data.rules[value("number") || -1] || null;
    filters.keys = [];
    if (value("finding")) {
      const kind = Number(value("finding"));
      filters.keys.push((i) => data.findings[i].includes(kind));
    }
    if (value("status")) {
      const status = Number(value("status"));
      const checks = value("check") ? [data.checks[value("check")]] : data.checks;
      filters.keys.push((i) => checks.some((check) => check.status[i] === status));
    }
    if (value("resolution_from") || value("resolution_to")) {
      filters.keys.push(between(data.resolution, value("resolution_from"), value("resolution_to")));
    }
    document.getElementById("number-range").hidden = !filters.number;
    if (filters.number && (value("number_from") || value("number_to"))) {
      filters.keys.push(between(filters.number.value, value("number_from"), value("number_to")));
    }
    if (value("version")) {
      const version = Number(value("version"));
      filters.keys.push((i) => data.version[i] === version);
    }
    index.filtered();
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", read);
  form.addEventListener("reset", () => setTimeout(() => {
    filters.groups.clear();
    for (const chip of chips) chip.setAttribute("aria-pressed", "false");
    read();
  }));
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      const group = data.groups.findIndex((one) => one.id === chip.dataset.group);
      const on = !filters.groups.delete(group);
      if (on) filters.groups.add(group);
      chip.setAttribute("aria-pressed", String(on));
      index.filtered();
    });
  }
  index.chooseNumber = (place) => {
    form.elements.number.value = String(place);
    read();
  };
  read();
  requestAnimationFrame(() => setTimeout(() => performance.mark("rows")));
})();
