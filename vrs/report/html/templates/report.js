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
