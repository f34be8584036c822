// Slices: maps on one grid lie in the page as packed bytes, X fastest; the sliders move all of them.
(async () => {
  const viewer = document.getElementById("slices");
  if (!viewer) return;
  if (!("DecompressionStream" in window)) {
    viewer.querySelector(".too-old").hidden = false;
    return;
  }
  const SIDE = 480;
  const box = viewer.dataset.box.split(" ").map(Number);
  const voxel = Number(viewer.dataset.voxel);
  const corner = (viewer.dataset.corner || "0 0 0").split(" ").map(Number);
  const steps = [1, box[0], box[0] * box[1]];
  const ACROSS = [1, 0, 0];
  const UP = [2, 2, 1];
  const enlarged = Math.ceil(SIDE / Math.max(...box));

  const unpacked = async (element) => {
    const packed = Uint8Array.from(atob(element.textContent.trim()), (letter) => letter.charCodeAt(0));
    const unpacking = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(unpacking).arrayBuffer());
  };

  // The colours of the 256 levels, between the stops that a map names.
  const palette = (stops) => {
    const colours = stops.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
    return Array.from({ length: 256 }, (_, level) => {
      const place = (level / 255) * (colours.length - 1);
      const first = Math.min(Math.floor(place), colours.length - 2);
      return colours[first].map(
        (part, k) => Math.round(part + (place - first) * (colours[first + 1][k] - part)),
      );
    });
  };

  const maps = await Promise.all(
    Array.from(viewer.querySelectorAll("script.voxels"), async (element) => ({
      levels: await unpacked(element),
      colours: palette((element.dataset.colours || "#000000 #ffffff").split(" ")),
      contour: Number(element.dataset.contour),
      name: element.dataset.name,
      ends: (element.dataset.ends || "0 255").split(" ").map(Number),
    })),
  );
  const sliders = Array.from(viewer.querySelectorAll("input[type=range]"));
  const canvases = Array.from(viewer.querySelectorAll("canvas"));
  const contourWanted = document.getElementById("contour");
  const crossWanted = document.getElementById("cross");
  const reading = document.getElementById("reading");

  const scaleLength = (() => {
    const third = (voxel * Math.min(...box)) / 3;
    const power = 10 ** Math.floor(Math.log10(third));
    return Math.max(...[1, 2, 5].map((step) => step * power).filter((size) => size <= third));
  })();

  const drawLine = (pen, value, contour, width, height) => {
    const at = (u, v) => [(u + 0.5) * enlarged, (height - 0.5 - v) * enlarged];
    pen.beginPath();
    for (let v = 0; v + 1 < height; v += 1) {
      for (let u = 0; u + 1 < width; u += 1) {
        const corners = [[u, v], [u + 1, v], [u + 1, v + 1], [u, v + 1]];
        const heights = corners.map(([i, j]) => value(i, j) - contour);
        const ends = [];
        for (let k = 0; k < 4; k += 1) {
          const next = (k + 1) % 4;
          if (heights[k] >= 0 !== heights[next] >= 0) {
            const part = heights[k] / (heights[k] - heights[next]);
            ends.push(at(
              corners[k][0] + part * (corners[next][0] - corners[k][0]),
              corners[k][1] + part * (corners[next][1] - corners[k][1]),
            ));
          }
        }
        for (let k = 0; k + 1 < ends.length; k += 2) {
          pen.moveTo(...ends[k]);
          pen.lineTo(...ends[k + 1]);
        }
      }
    }
    pen.strokeStyle = "#ffb000";
    pen.lineWidth = 1.6;
    pen.stroke();
  };

  const drawScale = (pen, height) => {
    const length = (scaleLength / voxel) * enlarged;
    const bottom = height * enlarged - 14;
    pen.fillStyle = "rgba(0, 0, 0, 0.6)";
    pen.fillRect(8, bottom - 24, Math.max(length, 60) + 16, 32);
    pen.fillStyle = "#fff";
    pen.fillRect(16, bottom, length, 4);
    pen.font = "16px sans-serif";
    pen.fillText(`${scaleLength} Å`, 16, bottom - 6);
  };

  const drawCross = (pen, axis, width, height) => {
    const [u, v] = [ACROSS[axis], UP[axis]].map((normal) => Number(sliders[normal].value) + 0.5);
    pen.fillStyle = "#00b7ff";
    pen.fillRect(u * enlarged - 0.75, 0, 1.5, height * enlarged);
    pen.fillRect(0, (height - v) * enlarged - 0.75, width * enlarged, 1.5);
  };

  const draw = (canvas) => {
    const axis = Number(canvas.dataset.axis);
    const { levels, colours, contour } = maps[Number(canvas.dataset.map || 0)];
    const index = Number(sliders[axis].value);
    const [width, height] = [box[ACROSS[axis]], box[UP[axis]]];
    const value = (u, v) =>
      levels[index * steps[axis] + u * steps[ACROSS[axis]] + v * steps[UP[axis]]];
    const small = document.createElement("canvas");
    [small.width, small.height] = [width, height];
    const brush = small.getContext("2d");
    const pixels = brush.createImageData(width, height);
    for (let v = 0; v < height; v += 1) {
      for (let u = 0; u < width; u += 1) {
        const place = 4 * ((height - 1 - v) * width + u);
        pixels.data.set(colours[value(u, v)], place);
        pixels.data[place + 3] = 255;
      }
    }
    brush.putImageData(pixels, 0, 0);
    [canvas.width, canvas.height] = [width * enlarged, height * enlarged];
    const pen = canvas.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, 0, 0, canvas.width, canvas.height);
    if (contourWanted && contourWanted.checked) drawLine(pen, value, contour, width, height);
    drawScale(pen, height);
    if (crossWanted && crossWanted.checked) drawCross(pen, axis, width, height);
  };

  // A cross moves in the slices along the other axes, too.
  const move = (slider) => {
    const axis = slider.dataset.axis;
    const place = `${(corner[axis] + (Number(slider.value) + 0.5) * voxel).toFixed(1)} Å`;
    slider.setAttribute("aria-valuetext", place);
    slider.closest(".panel").querySelector("output").textContent = place;
    canvases.filter((canvas) => crossWanted || canvas.dataset.axis === axis).forEach(draw);
  };

  // The voxel under the pointer, along X, Y and Z.
  const under = (event) => {
    const canvas = event.currentTarget;
    const axis = Number(canvas.dataset.axis);
    const frame = canvas.getBoundingClientRect();
    const voxels = sliders.map((slider) => Number(slider.value));
    const across = (event.clientX - frame.left) / frame.width;
    const up = 1 - (event.clientY - frame.top) / frame.height;
    for (const [normal, part] of [[ACROSS[axis], across], [UP[axis], up]]) {
      voxels[normal] = Math.max(0, Math.min(Math.floor(part * box[normal]), box[normal] - 1));
    }
    return voxels;
  };
  const read = (event) => {
    const voxels = under(event);
    const at = voxels.reduce((sum, index, axis) => sum + index * steps[axis], 0);
    const place = voxels.map((index, axis) => (corner[axis] + (index + 0.5) * voxel).toFixed(1));
    const values = maps.map(({ levels, name, ends }) => {
      // No finer than the levels are.
      const step = (ends[1] - ends[0]) / 255;
      const digits = Math.max(0, Math.min(Math.floor(-Math.log10(step)), 20));
      const value = Number((ends[0] + levels[at] * step).toFixed(digits)).toFixed(digits);
      return `${name}: ${value}`.replace(": -", ": −");
    });
    reading.textContent = `At (${place.join(", ")}) Å  ${values.join(",  ")}`;
  };
  const go = (event) => {
    under(event).forEach((index, axis) => { sliders[axis].value = index; });
    sliders.forEach(move);
  };

  for (const slider of sliders) {
    slider.addEventListener("input", () => move(slider));
    move(slider);
  }
  for (const canvas of reading ? canvases : []) {
    canvas.addEventListener("pointermove", read);
    canvas.addEventListener("pointerleave", () => { reading.textContent = ""; });
    canvas.addEventListener("click", go);
  }
  for (const wanted of [contourWanted, crossWanted]) {
    if (wanted) wanted.addEventListener("change", () => canvases.forEach(draw));
  }
  viewer.dataset.drawn = "";
})();
