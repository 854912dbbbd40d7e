// Shows a photograph before it is sent, with the last one of the same place laid over it. Nothing leaves the page until it is saved.
"use strict";
const preview = document.getElementById("preview");
const chosen = document.getElementById("chosen");
const ghost = document.getElementById("ghost");
const over = document.getElementById("over");
const wanted = document.getElementById("show-ghost");

function show(file) {
  if (chosen.src) URL.revokeObjectURL(chosen.src);
  chosen.src = URL.createObjectURL(file);
  preview.hidden = false;
  lay();
}

function lay() {
  const site = document.querySelector("input[name=site]:checked");
  const last = site ? site.dataset.last : undefined;
  over.hidden = !last;
  ghost.hidden = !last || !wanted.checked;
  if (last && ghost.getAttribute("src") !== last) ghost.src = last;
}

for (const id of ["photo", "file"]) {
  const input = document.getElementById(id);
  const other = document.getElementById(id === "photo" ? "file" : "photo");
  input.addEventListener("change", () => {
    if (!input.files.length) return;
    other.value = "";
    show(input.files[0]);
  });
}
for (const input of document.querySelectorAll("input[name=site]")) input.addEventListener("change", lay);
wanted.addEventListener("change", lay);
