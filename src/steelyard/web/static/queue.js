// What waits in this browser until the journal takes it. Each entry is sealed with the journal's public key as soon as it is told: what
// lies here is its id, the minute it was told, and bytes that only the journal can open. It goes once the journal says that it has it.
"use strict";
// eslint-disable-next-line no-unused-vars
const Queue = (() => {
  const PURPOSE = "steelyard queue 1", BLOCK = 1024, MOST = 50;
  const text = new TextEncoder();
  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const bytes = (base) => Uint8Array.from(atob(base), (letter) => letter.charCodeAt(0));

  function open() {
    return new Promise((done, fail) => {
      const asked = indexedDB.open("queue", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("waiting", { keyPath: "id" });
        asked.result.createObjectStore("key");
      };
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  }

  // One transaction; done when what was written is on the disk.
  async function store(name, mode, work) {
    const database = await open();
    try {
      return await new Promise((done, fail) => {
        const transaction = database.transaction(name, mode, { durability: "strict" });
        const asked = work(transaction.objectStore(name));
        transaction.oncomplete = () => done(asked && asked.result);
        transaction.onerror = transaction.onabort = () => fail(transaction.error);
      });
    } finally {
      database.close();
    }
  }

  const key = () => store("key", "readonly", (held) => held.get("public"));
  const waiting = async () => (await store("waiting", "readonly", (held) => held.getAll())).sort((a, b) => (a.at < b.at ? -1 : 1));
  const forget = (ids) => store("waiting", "readwrite", (held) => { for (const id of ids) held.delete(id); });

  // As the ids of forms are made; crypto.randomUUID is absent where the connection is not trusted.
  const id = () => crypto.randomUUID();

  // A time with the offset that the clock here has, to the second.
  function clock(date) {
    const offset = -date.getTimezoneOffset(), sign = offset < 0 ? "-" : "+", two = (n) => String(Math.floor(Math.abs(n))).padStart(2, "0");
    return `${new Date(date.getTime() + offset * 60000).toISOString().slice(0, 19)}${sign}${two(offset / 60)}:${two(offset % 60)}`;
  }

  // All entries are of one length, or of two for a long note: how long it is does not say what it is.
  function padded(content) {
    const said = text.encode(content), room = new Uint8Array(Math.ceil(said.length / BLOCK) * BLOCK).fill(32);
    room.set(said);
    return room;
  }

  async function sealed(name, content) {
    const held = await key();
    if (!held) throw new Error("no key");
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const journal = await crypto.subtle.importKey("raw", bytes(held.key), curve, false, []);
    const once = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
    const sender = await crypto.subtle.exportKey("raw", once.publicKey);
    const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: journal }, once.privateKey, 256);
    const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
    const how = { name: "HKDF", hash: "SHA-256", salt: sender, info: text.encode(PURPOSE) };
    const cipher = await crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const bound = { name: "AES-GCM", iv: nonce, additionalData: text.encode(name) };
    const content_ = await crypto.subtle.encrypt(bound, cipher, padded(content));
    return { sender: base64(sender), nonce: base64(nonce), content: base64(content_), key: held.name };
  }

  // Seal an entry and let it wait. `form` is where it would have been sent, `told` what would have been sent there.
  async function add(form, told, named) {
    const name = named || id(), at = clock(new Date());
    const entry = await sealed(name, JSON.stringify({ form, told, at }));
    await store("waiting", "readwrite", (held) => held.put({ id: name, at, ...entry }));
    return name;
  }

  // Why the journal did not take something: "away", "locked", "unknown", or "tour" while it shows an invented one.
  function why(answer) {
    if (!answer) return "away";
    if (answer.status === 409) return "tour";
    if (answer.status === 403) return "unknown";
    return answer.status === 503 && answer.headers.has("X-Content-Type-Options") ? "locked" : "away";
  }

  // Ask for the key; says why there is none. What is written while an invented journal is shown goes with it: the key is forgotten, so that
  // nothing of it can wait here for the real one.
  async function ask() {
    const answer = await fetch("/queue/key", { redirect: "error", cache: "no-store" }).catch(() => null);
    if (!answer || !answer.ok) {
      if (why(answer) === "tour") await store("key", "readwrite", (held) => held.clear());
      return { why: why(answer) };
    }
    const told = await answer.json();
    await store("key", "readwrite", (held) => held.put({ key: told.key, name: told.name }, "public"));
    return { why: "", ...told };
  }

  // Send all that waits. Nothing is forgotten before the journal has named it as kept.
  async function send() {
    const told = await ask();
    let kept = 0, foreign = [];
    if (told.why) return { kept, foreign, why: told.why };
    const entries = await waiting();
    for (let start = 0; start < entries.length; start += MOST) {
      const some = entries.slice(start, start + MOST).map(({ id, sender, nonce, content }) => ({ id, sender, nonce, content }));
      const how = { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": told.token }, redirect: "error" };
      const answer = await fetch("/queue", { ...how, body: JSON.stringify(some) }).catch(() => null);
      if (!answer || !answer.ok) return { kept, foreign, why: why(answer) };
      const done = await answer.json();
      await forget(done.kept);
      kept += done.kept.length;
      foreign = foreign.concat(done.unreadable);
    }
    return { kept, foreign, why: "" };
  }

  // In one tab at a time, where the browser can do that; twice would change nothing.
  const flush = () => (navigator.locks ? navigator.locks.request("queue", send) : send());

  return { add, waiting, forget, flush, key, id };
})();
