// Says what waits in this browser and why, and sends it as soon as that works. Needs queue.js.
"use strict";
const Unsent = (() => {
  const AGAIN_MS = 20000, WAITED = "waits";
  const part = (name) => document.querySelector(`#unsent [data-part="${name}"]`);
  const put = (name, shown, count) => {
    const element = part(name), number = element.querySelector("[data-count]");
    element.hidden = !shown;
    if (number) number.textContent = count;
  };
  let foreign = [], why = "";

  const hour = (entry) => new Date(entry.at).toLocaleString(document.documentElement.lang, { weekday: "short", hour: "2-digit", minute: "2-digit" });

  async function show() {
    const entries = await Queue.waiting();
    put(WAITED, entries.length > 0, entries.length);
    part("times").textContent = entries.map(hour).join(", ");
    for (const reason of ["away", "locked", "tour", "unknown"]) put(reason, entries.length > 0 && reason === why);
    put("foreign", foreign.length > 0, foreign.length);
    return entries.length;
  }

  async function flush() {
    const done = await Queue.flush();
    foreign = done.foreign;
    if (done.kept) put("saved", true, done.kept);
    why = done.why;
    await show();
    if (done.kept) document.dispatchEvent(new Event("saved"));
  }

  async function begin() {
    part("again").addEventListener("click", flush);
    part("drop").addEventListener("click", async () => {
      await Queue.forget(foreign);
      foreign = [];
      show();
    });
    window.addEventListener("online", flush);
    // asked for the key on the log page each time, so that it is never an old one, and where an invented journal is shown, so that there is
    // none; elsewhere only where something waits
    if ((await show()) || location.pathname === "/" || document.getElementById("tour") || !(await Queue.key())) await flush();
    setInterval(async () => { if (!document.hidden && (await Queue.waiting()).length) flush(); }, AGAIN_MS);
  }

  // A form that is sent again, because no answer came, is known by its id; each press has one of its own.
  function name(event) {
    const form = event.target;
    if (!["/rating", "/dose"].includes(new URL(form.action).pathname)) return;
    const field = form.elements.id || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "id" }));
    field.value = Queue.id();
  }

  if (window.isSecureContext && window.indexedDB) {
    document.addEventListener("submit", name);
    if (navigator.serviceWorker) {
      navigator.serviceWorker.register("/worker.js").catch(() => {});
      navigator.serviceWorker.ready.then((ready) => { if (!navigator.serviceWorker.controller) ready.active.postMessage("claim"); });
    }
    begin().catch(() => {});
  }
  return { show, flush };
})();
