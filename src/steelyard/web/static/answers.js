// Tells how far the weighing is. Without this the page says the same whenever it is loaded again.
"use strict";
const weighing = document.getElementById("weighing");
const words = document.getElementById("words");

async function ask() {
  let now;
  try {
    const answer = await fetch(weighing.dataset.state, { redirect: "error" });
    now = await answer.json();
  } catch {
    return; // locked, or the app was stopped: the link still works
  }
  if (words.textContent !== now.words) words.textContent = now.words;
  if (now.running) setTimeout(ask, 2000);
}

if (weighing) setTimeout(ask, 1000);
