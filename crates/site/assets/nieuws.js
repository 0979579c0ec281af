// Tells on the overview what has appeared since the page was made. Without it the page is whole too.
"use strict";

const notice = document.getElementById("nieuws");
const EVERY_MS = 30_000;

function said(count, one, more) {
  return count === 0 ? [] : [count === 1 ? `1 ${one}` : `${count} ${more}`];
}

async function look() {
  if (document.hidden) return;
  const answer = await fetch(`/nieuw.json?na=${notice.dataset.na}`);
  if (!answer.ok) return;
  const { documenten, verslagen } = await answer.json();
  const news = [
    ...said(documenten, "nieuw document", "nieuwe documenten"),
    ...said(verslagen, "nieuw verslag", "nieuwe verslagen"),
  ].join(" en ");
  if (news === "" || news === notice.dataset.gezegd) return;
  notice.dataset.gezegd = news;
  const link = document.createElement("a");
  link.href = location.pathname + location.search;
  link.textContent = "Toon ze";
  notice.replaceChildren(`Sinds u deze pagina opende: ${news}. `, link, ".");
  notice.hidden = false;
}

// A network that is away for a while is no reason to stop looking.
setInterval(() => look().catch(() => {}), EVERY_MS);
