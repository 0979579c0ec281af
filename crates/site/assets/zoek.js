// Suggestions below the search box, and what this reader searched for lately. Without it the box works too.
"use strict";

const box = document.getElementById("q");
const KEPT = 8;
const WAIT_MS = 120;
const STORE = "griffier.onlangs";

// What was searched for stays in this browser, and nowhere else.
function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    return Array.isArray(kept) ? kept.filter((it) => typeof it === "string") : [];
  } catch {
    return [];
  }
}

function keep(questions) {
  try {
    localStorage.setItem(STORE, JSON.stringify(questions.slice(0, KEPT)));
  } catch {
    // A browser that keeps nothing is a choice too.
  }
}

const address = (question) => `/zoeken?q=${encodeURIComponent(question)}`;

function remember() {
  const question = location.pathname === "/zoeken" ? box.value.trim() : "";
  if (question === "" || document.querySelector(".hits > li") === null) return;
  keep([question, ...recent().filter((it) => it !== question)]);
}

function showRecent() {
  const place = document.getElementById("onlangs");
  const questions = recent();
  if (place === null || questions.length === 0) return;
  const heading = document.createElement("h2");
  heading.textContent = "Onlangs gezocht";
  const list = document.createElement("ul");
  for (const question of questions) {
    const link = document.createElement("a");
    link.href = address(question);
    link.textContent = question;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  const forget = document.createElement("button");
  forget.type = "button";
  forget.textContent = "Vergeet deze";
  forget.addEventListener("click", () => {
    keep([]);
    place.hidden = true;
  });
  const note = document.createElement("p");
  note.className = "quiet";
  note.textContent = "Dit staat alleen in uw eigen browser. ";
  note.append(forget);
  place.replaceChildren(heading, list, note);
  place.hidden = false;
}

// A combobox: the list is below the box, arrows go through it, Enter follows, Escape closes.
const list = document.createElement("ul");
list.id = "suggesties";
list.className = "suggestions";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Suggesties");
list.hidden = true;
box.form.append(list);
box.setAttribute("role", "combobox");
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-controls", list.id);
box.setAttribute("aria-expanded", "false");

function close() {
  list.hidden = true;
  list.replaceChildren();
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function open(options) {
  if (options.length === 0) {
    close();
    return;
  }
  list.replaceChildren(
    ...options.map(({ text, note, href }, place) => {
      const option = document.createElement("li");
      option.id = `suggestie-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.href = href;
      option.append(text);
      if (note !== undefined) {
        const small = document.createElement("span");
        small.className = "quiet";
        small.textContent = ` ${note}`;
        option.append(small);
      }
      // Before the box loses its focus, which closes the list.
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        location.href = href;
      });
      return option;
    }),
  );
  list.hidden = false;
  box.setAttribute("aria-expanded", "true");
}

function chosen() {
  return list.querySelector("[aria-selected=true]");
}

function move(step) {
  const options = [...list.children];
  const at = options.indexOf(chosen());
  const next = options[at < 0 ? (step > 0 ? 0 : options.length - 1) : at + step];
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  if (next === undefined) box.removeAttribute("aria-activedescendant");
  else box.setAttribute("aria-activedescendant", next.id);
}

let asked = 0;

async function suggest() {
  const question = box.value;
  const turn = ++asked;
  if (question.trim().length < 2) {
    close();
    return;
  }
  const answer = await fetch(`/zoeken/suggesties?q=${encodeURIComponent(question)}`);
  if (!answer.ok || turn !== asked) return;
  const { nummer, namen, vragen } = await answer.json();
  open([
    ...(nummer === null ? [] : [{ text: `Naar ${nummer.naam}`, href: nummer.adres }]),
    ...vragen.map((vraag) => ({ text: vraag, href: address(vraag) })),
    ...namen.map(({ naam, soort, adres }) => ({ text: naam, note: soort, href: adres })),
  ]);
}

let waiting;
box.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => suggest().catch(close), WAIT_MS);
});
box.addEventListener("blur", close);
box.addEventListener("keydown", (event) => {
  if (list.hidden) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && chosen() !== null) {
    event.preventDefault();
    location.href = chosen().dataset.href;
  } else if (event.key === "Escape") {
    event.preventDefault();
    close();
  }
});

remember();
showRecent();
