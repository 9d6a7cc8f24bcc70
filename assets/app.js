// Small comforts on top of pages that work without them: menus that close, pop-ups that do not leave the
// screen, the reader's colours, failures that are said, charts when a page has some.

const root = document.documentElement;
const YEAR = 60 * 60 * 24 * 365;

// Menus and pop-ups: one open at a time; Escape and a click elsewhere close them.
const openable = "details.menu, details[data-popup]";

function closeAll(except) {
  for (const details of document.querySelectorAll(openable)) {
    if (details.open && !details.contains(except)) details.open = false;
  }
}

document.addEventListener("click", (event) => closeAll(event.target));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement?.closest(openable);
  closeAll(null);
  open?.querySelector("summary")?.focus();
});

// A pop-up leaves the flow only when JavaScript can place it, so that no table cuts it.
function placePopup(details) {
  const panel = details.querySelector(".math-panel");
  if (!panel) return;
  panel.classList.toggle("popup", details.open);
  if (!details.open) return;
  const margin = 16;
  const anchor = details.querySelector("summary").getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const left = Math.min(anchor.left, window.innerWidth - width - margin);
  const below = anchor.bottom + 4;
  const top = below + height + margin <= window.innerHeight ? below : anchor.top - height - 4;
  panel.style.left = `${Math.max(margin, left)}px`;
  panel.style.top = `${Math.max(margin, top)}px`;
}

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches?.("details[data-popup]")) placePopup(event.target);
  },
  true, // `toggle` does not bubble
);

window.addEventListener("resize", () => document.querySelectorAll("details[data-popup][open]").forEach(placePopup));
document.addEventListener(
  "scroll",
  (event) => {
    const inside = event.target instanceof Element && event.target.closest(".math-panel");
    if (!inside) document.querySelectorAll("details[data-popup][open]").forEach(placePopup);
  },
  { capture: true, passive: true },
);

// A row of tabs wider than the screen shows the one that is open.
function showTab() {
  for (const tab of document.querySelectorAll(".tab-bar [aria-current]")) {
    const bar = tab.closest(".tab-bar");
    bar.scrollLeft += tab.getBoundingClientRect().right - bar.getBoundingClientRect().right + bar.clientWidth / 3;
  }
}

showTab();
document.addEventListener("htmx:afterSettle", showTab);

// The main navigation keeps the cycle and the day of the address, also when filters change it in place.
document.addEventListener("htmx:pushedIntoHistory", () => {
  const here = new URLSearchParams(location.search);
  for (const link of document.querySelectorAll('.main-nav a[href*="?"]')) {
    const url = new URL(link.href);
    for (const name of ["cycle", "as_of"]) {
      if (here.get(name)) url.searchParams.set(name, here.get(name));
      else url.searchParams.delete(name);
    }
    link.href = url;
  }
});

// Colours: the choice is a cookie, so that the server writes it into the page and nothing flashes.
function chosenTheme() {
  return root.dataset.bsTheme ?? "";
}

function chooseTheme(theme) {
  if (theme) root.dataset.bsTheme = theme;
  else delete root.dataset.bsTheme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=${theme ? YEAR : 0}; SameSite=Lax${secure}`;
  showTheme();
}

function showTheme() {
  for (const button of document.querySelectorAll("[data-theme-value]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeValue === chosenTheme()));
  }
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-value]");
  if (choice) chooseTheme(choice.dataset.themeValue);
  event.target.closest("[data-dismiss]")?.closest(".message")?.remove();
});

// Failures of a fragment are said where messages are; what the page shows stays.
function sayFailure() {
  const place = document.getElementById("messages");
  if (!place || place.querySelector("[data-failure]")) return;
  const message = document.createElement("div");
  message.className = "message message-error";
  message.dataset.failure = "";
  const text = document.createElement("p");
  text.textContent = document.body.dataset.failed;
  message.append(text);
  place.append(message);
  place.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:responseError", sayFailure);
document.addEventListener("htmx:sendError", sayFailure);
document.addEventListener("htmx:timeout", sayFailure);

// A fragment that worked makes an earlier failure untrue.
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.successful) document.querySelector("#messages [data-failure]")?.remove();
});

// An answer leaves alone what the reader has changed since it was asked for: the field keeps its value and its caret. The
// change is then sent from the new field: what the old one had sent, if anything, is for a page that is gone.
const TYPED = "input:not([type=hidden], [type=file], [type=submit]), select:not([multiple]), textarea";
const asked = new WeakMap(); // request → its target's fields as they were sent
const kept = new WeakMap(); // request → the fields that its answer leaves alone
const unsent = new WeakSet(); // new fields that the reader has not left yet

const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
const stateOf = (field) => (isTicked(field) ? field.checked : field.value);
const tell = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));
const inside = (scope) => new Map([...scope.querySelectorAll(TYPED)].map((field) => [keyOf(field), field]));

// What is the same field before and after; `data-key` where the place of a row, and with it the id, may change.
function keyOf(field) {
  const own = field.dataset.key || field.id;
  return own || [field.form?.getAttribute("action"), field.name, isTicked(field) && field.value].join(" ");
}

document.addEventListener("htmx:beforeRequest", ({ detail: { xhr, target } }) => {
  asked.set(xhr, new Map([...inside(target)].map(([key, field]) => [key, stateOf(field)])));
});

document.addEventListener("htmx:beforeSwap", ({ detail: { xhr, target } }) => {
  const sent = asked.get(xhr);
  const fields = [];
  for (const [key, field] of inside(target)) {
    const state = stateOf(field);
    const isChanged = sent?.has(key) && sent.get(key) !== state && (field.type !== "radio" || state);
    const caret = field === document.activeElement && [field.selectionStart, field.selectionEnd];
    if (isChanged || caret) fields.push({ key, state, isChanged, caret });
  }
  kept.set(xhr, fields);
});

document.addEventListener("htmx:afterSwap", ({ detail: { xhr } }) => {
  const fields = kept.get(xhr);
  if (!fields?.length) return;
  kept.delete(xhr); // told once for each element that came
  const now = inside(document);
  const changed = [];
  for (const { key, state, isChanged, caret } of fields) {
    const field = now.get(key);
    if (!field) continue;
    if (isChanged) {
      field[isTicked(field) ? "checked" : "value"] = state;
      changed.push(field);
    }
    if (!caret) continue;
    field.focus({ preventScroll: true });
    if (typeof field.selectionStart === "number") field.setSelectionRange(...caret);
  }
  if (!changed.length) return;
  // Nothing listens to the new fields before they have settled.
  document.addEventListener("htmx:afterSettle", function settled(event) {
    if (event.detail.xhr !== xhr) return;
    document.removeEventListener("htmx:afterSettle", settled);
    for (const field of changed) {
      if (field === document.activeElement) unsent.add(field);
      else tell(field);
    }
  });
});

document.addEventListener("change", (event) => unsent.delete(event.target));
document.addEventListener("focusout", (event) => {
  if (unsent.delete(event.target)) tell(event.target);
});

// A form that saves each change by itself lets that end before it is sent, or it would be outdated by its own change.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches('form[hx-trigger="change"].htmx-request')) return;
  event.preventDefault();
  document.addEventListener("htmx:afterSettle", () => form.requestSubmit(event.submitter), { once: true });
});

// Once a whole form is sent, nothing of it is computed for this page any more: both would wait for each other.
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && !event.target.matches("[hx-post]")) event.target.dataset.sent = "";
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest("form[data-sent]")) event.preventDefault();
});
// Who comes back to a page that the browser has kept goes on in it.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The charts' code is fetched by the first page that has a chart.
let chartsAsked = false;
function askForCharts(scope) {
  if (chartsAsked || !scope.querySelector?.("[data-chart]")) return;
  chartsAsked = true;
  const script = document.createElement("script");
  script.src = document.body.dataset.charts;
  document.head.append(script);
}

function prepare(scope) {
  for (const hidden of scope.querySelectorAll("[data-theme-switch], [data-dismiss]")) hidden.hidden = false;
  showTheme();
  askForCharts(scope);
  scope.querySelector("[data-focus]")?.focus();
}

document.addEventListener("htmx:afterSettle", (event) => prepare(event.target.parentElement ?? document));
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => prepare(document));
else prepare(document);
