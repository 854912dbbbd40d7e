// The page to log on while the journal is out of reach. What is told here goes into the queue at once and is never put on the page again.
"use strict";
(() => {
  const JUST_NOW_MS = 10 * 60000;
  const at = (id) => document.getElementById(id);
  let told = 0; // when how it is was told, or passed over
  let dose = null; // a dose that waits for the answer

  // Minutes since it happened; null where the time typed is none, or lies ahead.
  function ago() {
    const typed = at("time").value;
    if (!typed) return Number(document.querySelector("input[name=ago]:checked").value);
    const minutes = Math.round((Date.now() - new Date(typed).getTime()) / 60000);
    return minutes >= 0 ? minutes : null;
  }

  function later() {
    const minutes = ago();
    at("ahead").hidden = minutes !== null;
    if (minutes === null) at("time").focus();
    return minutes;
  }

  async function keep(form, fields, name) {
    at("lost").hidden = true;
    try {
      const id = await Queue.add(form, fields, name);
      at("kept").hidden = false;
      at("undo").value = id;
      at("when").reset();
    } catch {
      at("unable").hidden = false;
      at("forms").hidden = true;
    }
    await Unsent.show();
  }

  function ask(waiting) {
    dose = waiting;
    at("ask").hidden = !dose;
    at("usually").hidden = Boolean(dose);
    if (dose) at("ask").querySelector("h2").focus();
  }

  async function rate(fields) {
    const minutes = later();
    if (minutes === null) return;
    if (minutes * 60000 < JUST_NOW_MS) told = Date.now();
    await keep("rating", minutes ? { ...fields, ago: String(minutes) } : fields);
  }

  async function take() {
    const minutes = later();
    if (minutes === null) return;
    if (minutes * 60000 < JUST_NOW_MS && Date.now() - told >= JUST_NOW_MS) ask({ fields: minutes ? { ago: String(minutes) } : {} });
    else await keep("dose", minutes ? { ago: String(minutes) } : {});
  }

  async function answer(fields) {
    const waited = dose;
    ask(null);
    told = Date.now();
    await keep("dose", { ...waited.fields, ...fields }, waited.name);
  }

  async function note(event) {
    event.preventDefault();
    const words = at("words").value.trim(), minutes = later();
    if (!words || minutes === null) return;
    at("words").value = "";
    await keep("note", minutes ? { note: words, ago: String(minutes) } : { note: words });
  }

  async function undo() {
    await Queue.forget([at("undo").value]);
    at("kept").hidden = true;
    await Unsent.show();
  }

  async function begin() {
    const able = window.isSecureContext && window.indexedDB && Boolean(await Queue.key().catch(() => null));
    at(able ? "forms" : "unable").hidden = false;
    const came = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    if (came === "lost") at("lost").hidden = false;
    if (came === "waits") at("kept-before").hidden = false;
    if (able && came.startsWith("ask")) ask({ fields: {}, name: came.slice(4) || undefined });
    for (const button of document.querySelectorAll("[data-rate]")) button.addEventListener("click", () => rate(button.value === "skip" ? { skip: "1" } : { value: button.value }));
    for (const button of document.querySelectorAll("[data-answer]")) button.addEventListener("click", () => answer(button.value === "skip" ? { skip: "1" } : { value: button.value }));
    at("usual").addEventListener("click", take);
    at("note").addEventListener("submit", note);
    at("undo").addEventListener("click", undo);
    document.addEventListener("saved", () => { at("kept").hidden = true; at("kept-before").hidden = true; at("open").hidden = false; });
  }

  begin();
})();
