// SPDX-License-Identifier: Apache-2.0
// What this shop's own page does: a basket that only counts, and buttons that open the chat.
"use strict";

let inBasket = 0;

for (const button of document.querySelectorAll("[data-plant]")) {
  button.addEventListener("click", () => {
    inBasket += 1;
    document.getElementById("basket-count").textContent = String(inBasket);
  });
}

// The chat's script is loaded asynchronously; until it is there, the buttons have nothing to open.
for (const button of document.querySelectorAll("#ask, [data-chat]")) {
  button.addEventListener("click", () => window.Switchboard?.open());
}
