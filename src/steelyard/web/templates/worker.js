// Stands between the app and the network. It keeps the look, the scripts and the page to log on without the journal; never a page with
// anything of a person's on it. What cannot be sent is sealed and waits in this browser.
"use strict";
importScripts("/static/queue.js");
const SHELL = "shell-{{ version }}";
const FILES = ["/offline"{% for file in files %}, "{{ file }}"{% endfor %}];
const PATIENCE_MS = 6000, FOR_FILES_MS = 1500; // a phone away from home would wait for minutes on an address that nobody answers at
const DOORS = ["/rating", "/dose"]; // forms of which one tap is the whole content
const AWAY = [502, 503, 504]; // what a server in between says for one that is gone

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })))).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

// A page that was still on its way while this worker woke is not among those claimed then; it asks for itself.
self.addEventListener("message", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(request.method === "POST" ? sent(request, url) : visited(request, url));
  else if (FILES.includes(url.pathname)) event.respondWith(impatient(fetch(request), FOR_FILES_MS).catch(() => kept(url.pathname)));
});

const kept = async (path) => (await (await caches.open(SHELL)).match(path)) || Response.error();

const impatient = (answer, ms = PATIENCE_MS) => Promise.race([answer, new Promise((_, fail) => setTimeout(() => fail(new Error("no answer")), ms))]);

const away = (response) => AWAY.includes(response.status) && !response.headers.has("X-Content-Type-Options");

async function visited(request, url) {
  try {
    const answer = fetch(request);
    const response = await (["/", "/offline"].includes(url.pathname) ? impatient(answer) : answer);
    return away(response) ? kept("/offline") : response;
  } catch {
    return kept("/offline");
  }
}

// A form that could not be sent: a rating or a dose waits sealed, anything else is said to be lost.
async function sent(request, url) {
  const door = DOORS.includes(url.pathname) && request.referrer.startsWith(`${self.location.origin}/`);
  const copy = door ? request.clone() : null;
  try {
    const response = await (door ? impatient(fetch(request)) : fetch(request));
    if (!away(response)) return response;
  } catch { /* not reached */ }
  if (!door) return Response.redirect("/offline#lost", 303);
  try {
    const { csrfmiddlewaretoken, ...told } = Object.fromEntries(await copy.formData());
    const plain = !("value" in told || "skip" in told || "ago" in told || "time" in told);
    if (url.pathname === "/dose" && plain) return Response.redirect(`/offline#ask=${told.id || ""}`, 303);
    await Queue.add(url.pathname.slice(1), told, told.id);
    return Response.redirect("/offline#waits", 303);
  } catch {
    return Response.redirect("/offline#lost", 303);
  }
}
