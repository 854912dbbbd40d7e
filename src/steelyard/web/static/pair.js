// The code that the picture carried behind the #: it is put in its field and taken out of the address.
"use strict";
const brought = location.hash.slice(1);
if (brought) {
  document.getElementById("code").value = brought;
  history.replaceState(null, "", location.pathname);
}
