
// Each number against the resolution: points on a canvas, and a link at the one under the pointer.
(() => {
  const LEFT = 52, RIGHT = 40, TOP = 8, BOTTOM = 30, NEAR = 12, BARS = 24;
  const COLOURS = { kept: "#1f4e79", broken: "#b45309", out: "#d5dae1", ink: "#3a424d", shade: "#fdf6ec" };
  const { data, view, count } = index;
  const place = document.querySelector(".plots");
  if (!place) return;

  const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const sortedValues = (column) => Float64Array.from(column.filter((value) => value !== null)).sort();
  const steps = (low, high, most) => {
    const rough = (high - low) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
    const ticks = [];
    for (let n = Math.ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; n++) {
      ticks.push(Number((n * step).toPrecision(6)));
    }
    return ticks;
  };
  const label = (value) => String(value).replace(/-/g, "−");

  // From the limits and all values but the outermost ones, which triangles stand for.
  const range = (values, limits) => {
    let low = quantile(values, 0.005);
    let high = quantile(values, 0.995);
    low = Math.min(low, ...limits);
    high = Math.max(high, ...limits);
    const edge = 0.05 * (high - low || Math.abs(high) || 1);
    return [low - edge, high + edge];
  };
  // Positive numbers over several powers of ten are seen on a scale of powers only.
  const isWide = (values, rule) => values[0] > 0 && rule.unit !== "%" && values[values.length - 1] > 1
    && quantile(values, 0.95) > 100 * quantile(values, 0.05);

  const resolutions = sortedValues(data.resolution);
  const across = resolutions.length ? range(resolutions, []) : [0, 1];

  // How many maps were measured in each way.
  const waysOf = (rule) => rule.ways.map((way, place) => {
    const maps = rule.way.filter((one, i) => one === place && rule.value[i] !== null).length;
    return `${way} (${maps}${place ? ", hollow" : ""})`;
  }).join("; ");

  const plotOf = (rule, number) => {
    const values = sortedValues(rule.value);
    if (!values.length) return null;
    const powers = isWide(values, rule);
    const scale = powers ? Math.log10 : (value) => value;
    const bottomOf = (value) => (value > 0 ? value : values[0]);
    const up = range(values.map(scale), rule.limits.map((limit) => scale(powers ? bottomOf(limit) : limit)));
    const figure = document.createElement("figure");
    figure.className = "plot";
    const caption = document.createElement("figcaption");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${rule.check} ${rule.quantity}${rule.unit ? ` (${rule.unit})` : ""}`;
    button.title = "Sort the table by this number";
    button.addEventListener("click", () => {
      index.chooseNumber(number);
      index.sortByNumber();
    });
    const broken = Array.from(rule.broken).filter((one) => one === "1").length;
    const about = document.createElement("div");
    about.className = "hint";
    about.textContent = `Limit: ${rule.short}; ${broken} of ${values.length} break it.`
      + (rule.ways.length > 1 ? ` Measured in different ways, which do not compare: ${waysOf(rule)}.` : "")
      + (rule.others ? ` In ${rule.others} of the reports the limit was another one.` : "");
    caption.append(button, about);
    const stage = document.createElement("div");
    stage.className = "stage-of-points";
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${rule.quantity} of ${values.length} maps against the resolution`);
    const link = document.createElement("a");
    link.className = "point";
    link.hidden = true;
    link.tabIndex = -1;
    const tip = document.createElement("div");
    tip.className = "tip";
    tip.hidden = true;
    stage.append(canvas, link, tip);
    figure.append(caption, stage);
    return { rule, values, powers, scale, up, figure, stage, canvas, link, tip,
      x: new Float32Array(count), y: new Float32Array(count), stale: true, visible: false };
  };

  const layOut = (plot) => {
    const { rule, scale, up, x, y, width, height } = plot;
    const none = resolutions.length < data.resolution.filter((_, i) => rule.value[i] !== null).length;
    plot.start = LEFT + (none ? 34 : 0);
    plot.none = none;
    const wide = width - RIGHT - plot.start;
    const high = height - BOTTOM - TOP;
    plot.right = plot.start + wide;
    plot.bottom = TOP + high;
    plot.toX = (value) => plot.start + wide * (value - across[0]) / (across[1] - across[0]);
    plot.toY = (value) => TOP + high * (1 - (scale(value) - up[0]) / (up[1] - up[0]));
    for (let i = 0; i < count; i++) {
      const value = rule.value[i];
      if (value === null) { x[i] = NaN; continue; }
      const at = data.resolution[i];
      x[i] = at === null ? LEFT + 14 : Math.min(plot.right, Math.max(plot.start, plot.toX(at)));
      const raised = plot.toY(value);
      y[i] = Number.isFinite(raised) ? Math.min(plot.bottom, Math.max(TOP, raised)) : plot.bottom;
    }
  };

  const axes = (plot, pen) => {
    const { rule, powers, up } = plot;
    pen.fillStyle = COLOURS.shade;
    const [low, high] = rule.must === "between" ? rule.limits
      : rule.must === "at least" ? [rule.limits[0], null] : [null, rule.limits[0]];
    const inside = (value) => Math.min(plot.bottom, Math.max(TOP, plot.toY(value)));
    const shade = (from, to) => pen.fillRect(LEFT, from, plot.right - LEFT, to - from);
    if (low !== null) shade(inside(low), plot.bottom);
    if (high !== null) shade(TOP, inside(high));
    pen.strokeStyle = COLOURS.broken;
    pen.lineWidth = 1;
    for (const limit of rule.limits) {
      const at = plot.toY(limit);
      if (at < TOP || at > plot.bottom) continue;
      pen.beginPath();
      pen.moveTo(LEFT, at);
      pen.lineTo(plot.right, at);
      pen.stroke();
    }
    pen.strokeStyle = COLOURS.out;
    pen.strokeRect(LEFT + 0.5, TOP + 0.5, plot.right - LEFT, plot.bottom - TOP);
    pen.fillStyle = COLOURS.ink;
    pen.font = "11px system-ui, sans-serif";
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    const ticks = powers ? steps(up[0], up[1], 5).filter(Number.isInteger).map((power) => Number((10 ** power).toPrecision(3)))
      : steps(up[0], up[1], 5);
    for (const tick of ticks) pen.fillText(label(tick), LEFT - 5, plot.toY(tick));
    pen.textAlign = "center";
    pen.textBaseline = "top";
    if (resolutions.length) {
      for (const tick of steps(across[0], across[1], 6)) pen.fillText(label(tick), plot.toX(tick), plot.bottom + 4);
      pen.fillText("reported resolution (Å)", (plot.start + plot.right) / 2, plot.bottom + 17);
    }
    if (plot.none) pen.fillText("none", LEFT + 14, plot.bottom + 4);
  };

  const points = (plot, pen) => {
    const { rule, x, y } = plot;
    const size = count > 3000 ? 2.5 : count > 300 ? 4 : 6;
    const triangle = (i, side) => {
      const turn = [[4, 7], [-4, 7]];
      const corners = side === "x" ? turn.map(([one, other]) => [-other, one])
        : turn.map(([one, other]) => [one, y[i] <= TOP ? other : -other]);
      pen.beginPath();
      pen.moveTo(x[i], y[i]);
      for (const [right, down] of corners) pen.lineTo(x[i] + right, y[i] + down);
      pen.fill();
    };
    const some = (colour, alpha, takes) => {
      pen.fillStyle = pen.strokeStyle = colour;
      pen.globalAlpha = alpha;
      for (let i = 0; i < count; i++) {
        if (Number.isNaN(x[i]) || !takes(i)) continue;
        if (y[i] <= TOP || y[i] >= plot.bottom) triangle(i, "y");
        else if (x[i] >= plot.right) triangle(i, "x");
        else if (rule.way[i]) pen.strokeRect(x[i] - size / 2, y[i] - size / 2, size, size);
        else pen.fillRect(x[i] - size / 2, y[i] - size / 2, size, size);
      }
    };
    const alpha = count > 3000 ? 0.5 : count > 300 ? 0.7 : 0.85;
    some(COLOURS.out, 1, (i) => !view.passes[i]);
    some(COLOURS.kept, alpha, (i) => view.passes[i] && rule.broken[i] === "0");
    some(COLOURS.broken, alpha, (i) => view.passes[i] && rule.broken[i] === "1");
    pen.globalAlpha = 1;
  };

  const bars = (plot, pen) => {
    const counts = new Array(BARS).fill(0);
    const tall = plot.bottom - TOP;
    for (let i = 0; i < count; i++) {
      if (Number.isNaN(plot.x[i]) || !view.passes[i]) continue;
      counts[Math.min(BARS - 1, Math.floor(BARS * (plot.bottom - plot.y[i]) / tall))]++;
    }
    const most = Math.max(...counts, 1);
    pen.fillStyle = COLOURS.kept;
    pen.globalAlpha = 0.45;
    counts.forEach((bar, n) => {
      const long = (RIGHT - 6) * bar / most;
      pen.fillRect(plot.right + 3, plot.bottom - (n + 1) * tall / BARS + 0.5, long, tall / BARS - 1);
    });
    pen.globalAlpha = 1;
  };

  const draw = (plot) => {
    const ratio = devicePixelRatio || 1;
    plot.width = plot.canvas.clientWidth;
    plot.height = plot.canvas.clientHeight;
    plot.canvas.width = plot.width * ratio;
    plot.canvas.height = plot.height * ratio;
    const pen = plot.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    layOut(plot);
    axes(plot, pen);
    points(plot, pen);
    bars(plot, pen);
    plot.stale = false;
    plot.stage.dataset.drawn = "";
    plot.link.hidden = plot.tip.hidden = true;
  };

  const nearest = (plot, x, y) => {
    let best = -1;
    let least = NEAR * NEAR;
    for (let i = 0; i < count; i++) {
      const distance = (plot.x[i] - x) ** 2 + (plot.y[i] - y) ** 2;
      if (distance < least && view.passes[i]) { least = distance; best = i; }
    }
    return best;
  };
  const point = (plot, event) => {
    const frame = plot.canvas.getBoundingClientRect();
    const i = nearest(plot, event.clientX - frame.left, event.clientY - frame.top);
    plot.link.hidden = plot.tip.hidden = i < 0;
    if (i < 0) return;
    plot.link.style.left = `${plot.x[i]}px`;
    plot.link.style.top = `${plot.y[i]}px`;
    plot.link.href = data.link[i];
    plot.link.setAttribute("aria-label", data.name[i]);
    const at = data.resolution[i] === null ? "" : `, ${data.resolution[i]} Å`;
    const way = plot.rule.ways.length > 1 ? ` (${plot.rule.ways[plot.rule.way[i]]})` : "";
    plot.tip.textContent = `${data.name[i]}${at}: ${plot.rule.text[i]}${way}`;
    plot.tip.style.top = `${Math.max(0, plot.y[i] - 34)}px`;
    plot.tip.style.left = plot.x[i] > plot.width / 2 ? "auto" : `${plot.x[i] + 12}px`;
    plot.tip.style.right = plot.x[i] > plot.width / 2 ? `${plot.width - plot.x[i] + 12}px` : "auto";
  };

  // A plot is drawn when it comes into the window.
  const plots = data.rules.map(plotOf).filter(Boolean);
  const watcher = new IntersectionObserver((changes) => {
    for (const change of changes) {
      const plot = plots.find((one) => one.stage === change.target);
      plot.visible = change.isIntersecting;
      if (plot.visible && plot.stale) draw(plot);
    }
  }, { rootMargin: "200px" });
  for (const plot of plots) {
    place.append(plot.figure);
    plot.stage.addEventListener("pointermove", (event) => point(plot, event));
    plot.stage.addEventListener("pointerleave", () => { plot.link.hidden = plot.tip.hidden = true; });
    watcher.observe(plot.stage);
  }
  const again = () => {
    for (const plot of plots) {
      plot.stale = true;
      if (plot.visible) draw(plot);
    }
  };
  index.onChange((what) => { if (what === "filter") requestAnimationFrame(again); });
  addEventListener("resize", again);
  addEventListener("beforeprint", () => plots.forEach(draw));
})();
