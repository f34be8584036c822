"use strict";

// The picture of the cover is that of a figure, which the page holds once.
for (const cover of document.querySelectorAll("[data-picture-of]")) {
  cover.src = document.getElementById(cover.dataset.pictureOf).querySelector("img").src;
  cover.hidden = false;
}

// Folding: buttons for all, links that open what they lead to, everything open on paper.
(() => {
  const all = () => Array.from(document.querySelectorAll("details"));
  for (const button of document.querySelectorAll("[data-fold]")) {
    button.addEventListener("click", () => {
      for (const fold of all()) fold.open = button.dataset.fold === "open";
    });
  }
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all().filter((fold) => !fold.open);
    for (const fold of folded) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of folded) fold.open = false;
  });
})();

// Enlarged figures: a dialog, which the browser itself closes on Escape.
(() => {
  const zoom = document.getElementById("zoom");
  const picture = zoom.querySelector("img");
  for (const button of document.querySelectorAll("button.enlarge")) {
    button.addEventListener("click", () => {
      const shown = button.querySelector("img");
      const caption = button.parentElement.querySelector("figcaption");
      picture.src = shown.src;
      picture.alt = shown.alt;
      picture.classList.remove("full");
      zoom.querySelector(".caption").textContent = caption.textContent;
      zoom.showModal();
    });
  }
  picture.addEventListener("click", () => picture.classList.toggle("full"));
  zoom.querySelector("button").addEventListener("click", () => zoom.close());
  zoom.addEventListener("click", (event) => {
    if (event.target === zoom) zoom.close();
  });
})();

// Texts to copy: into the clipboard where the browser allows it, else selected for the keyboard.
(() => {
  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    node.focus({ preventScroll: true });
  };
  for (const button of document.querySelectorAll("[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const answer = button.parentElement.querySelector("[role=status]");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent.trim());
        answer.textContent = "Copied.";
      } catch (refusal) {
        select(source);
        answer.textContent = "Selected: copy it with Ctrl+C or ⌘C.";
      }
    });
  }
})();

// Slices: the whole map lies in the page as packed bytes, X fastest.
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
  const contour = Number(viewer.dataset.contour);
  const text = atob(document.getElementById("voxels").textContent.trim());
  const packed = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const unpacking = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const levels = new Uint8Array(await new Response(unpacking).arrayBuffer());
  const steps = [1, box[0], box[0] * box[1]];
  const ACROSS = [1, 0, 0];
  const UP = [2, 2, 1];
  const enlarged = Math.ceil(SIDE / Math.max(...box));
  const contourWanted = document.getElementById("contour");

  const scaleLength = (() => {
    const third = (voxel * Math.min(...box)) / 3;
    const power = 10 ** Math.floor(Math.log10(third));
    return Math.max(...[1, 2, 5].map((step) => step * power).filter((size) => size <= third));
  })();

  const drawLine = (pen, value, width, height) => {
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

  const draw = (slider) => {
    const axis = Number(slider.dataset.axis);
    const index = Number(slider.value);
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
        pixels.data.fill(value(u, v), place, place + 3);
        pixels.data[place + 3] = 255;
      }
    }
    brush.putImageData(pixels, 0, 0);
    const canvas = slider.closest(".panel").querySelector("canvas");
    [canvas.width, canvas.height] = [width * enlarged, height * enlarged];
    const pen = canvas.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, 0, 0, canvas.width, canvas.height);
    if (contourWanted.checked) drawLine(pen, value, width, height);
    drawScale(pen, height);
    const place = `${((index + 0.5) * voxel).toFixed(1)} Å`;
    slider.setAttribute("aria-valuetext", place);
    slider.closest(".panel").querySelector("output").textContent = place;
  };

  const sliders = Array.from(viewer.querySelectorAll("input[type=range]"));
  for (const slider of sliders) {
    slider.addEventListener("input", () => draw(slider));
    draw(slider);
  }
  contourWanted.addEventListener("change", () => sliders.forEach(draw));
  viewer.dataset.drawn = "";
})();
