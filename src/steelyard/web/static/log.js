// Where this browser is: the zone at home is guessed once, and a clock that differs from the journal's is asked about once.
"use strict";
const here = Intl.DateTimeFormat().resolvedOptions().timeZone || "";

const home = document.querySelector("select[data-guess]");
if (home && [...home.options].some((option) => option.value === here)) home.value = here;

const elsewhere = document.getElementById("elsewhere");
if (elsewhere && here && elsewhere.dataset.not !== here && Number(elsewhere.dataset.offset) !== -new Date().getTimezoneOffset()) {
  elsewhere.elements.zone.value = here;
  elsewhere.querySelector("button span").textContent = `(${here})`;
  elsewhere.hidden = false;
}
