// The inspector of the sandbox: the requests as they arrive, and the Explain view with responses from the sandbox.

const KEPT = 500;
const requests = [];
const waiting = [];
let selected = null;
let isPaused = false;

const listbox = element("div", { role: "listbox", "aria-label": "Requests", tabindex: "0", onkeydown: move });
const refusedOnly = element("input", { type: "checkbox", onchange: showList });
const filter = element("input", { type: "text", placeholder: "Filter (/)", "aria-label": "Filter by path or verdict", spellcheck: "false", oninput: showList });
const pause = button("Pause", () => {
  isPaused = !isPaused;
  pause.textContent = isPaused ? "Continue" : "Pause";
  if (!isPaused) add(waiting.splice(0));
});
const clear = button("Clear", () => {
  requests.length = waiting.length = 0;
  selected = null;
  showList();
  showDetail();
});
const count = element("output", {});
const announcement = element("p", { class: "visually-hidden", "aria-live": "polite" });
const detail = element("section", { class: "detail", "aria-label": "Request" });
const inspector = element("div", { class: "inspector" },
  element("section", { class: "list", "aria-label": "List" },
    element("div", { class: "bar" }, element("label", {}, refusedOnly, " Refused only"), filter, pause, clear, count), listbox),
  detail, announcement);

/** The verdict in words, without the id of the mistake. */
const words = (request) => request.text.replace(/ \([a-z0-9-]+\)$/, "");
const isRefused = (request) => request.verdict === "refused";
const clock = (request) => new Date(request.time).toLocaleTimeString([], { hour12: false });

function shown() {
  const wanted = filter.value.toLowerCase();
  return requests.filter((request) => (!refusedOnly.checked || isRefused(request))
    && `${request.method} ${request.target} ${request.status} ${request.text}`.toLowerCase().includes(wanted));
}

function option(request) {
  return element("div", { role: "option", id: `request-${request.id}`, "aria-selected": String(request.id === selected), onclick: () => select(request.id) },
    element("span", { class: "soft" }, clock(request)), element("b", {}, request.method), element("span", { class: "path", title: request.target }, request.target),
    element("span", { class: isRefused(request) ? "status refused" : "status" }, String(request.status)),
    element("span", { class: isRefused(request) ? "why" : "why soft" }, words(request)));
}

/** Shows the list anew, newest first. */
function showList() {
  const visible = shown();
  listbox.replaceChildren(...visible.map(option));
  showCount(visible.length);
}

function showCount(visible) {
  count.textContent = `${visible} of ${requests.length}`;
  if (selected === null) listbox.removeAttribute("aria-activedescendant");
  else listbox.setAttribute("aria-activedescendant", `request-${selected}`);
}

let announced;

/** Adds requests, oldest first; the list keeps the last 500. */
function add(arrived) {
  const fresh = arrived.filter(({ id }) => !requests.some((request) => request.id === id));
  if (!fresh.length) return;
  requests.unshift(...fresh.reverse());
  requests.length = Math.min(requests.length, KEPT);
  showList();
  clearTimeout(announced);
  const text = `${requests.length} requests, the last one ${isRefused(requests[0]) ? "refused" : "accepted"}`;
  announced = setTimeout(() => (announcement.textContent = text), 1000);
}

function select(id) {
  location.hash = `requests/${id}`;
}

function move(event) {
  const visible = shown();
  const index = visible.findIndex((request) => request.id === selected);
  const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: visible.length - 1 }[event.key];
  if (next !== undefined && visible[next]) {
    event.preventDefault();
    select(visible[next].id);
  } else if (event.key === "Enter" && index >= 0) {
    detail.querySelector("h2")?.focus();
  }
}

/** A curl command with the headers and the form as received. Secrets and the signature are masked. */
function asCurl({ method, target, headers, form }) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const sent = headers.filter(([name]) => !/^(host|content-length|connection)$/i.test(name));
  return [`curl -X ${method} ${quoted(location.origin + target)}`, ...sent.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(form ? [`--data-raw ${quoted(form)}`] : [])].join(" \\\n  ");
}

/** Shows the selected request, whose details the sandbox keeps. */
async function showDetail() {
  const id = selected;
  if (id === null) {
    detail.replaceChildren(element("p", { class: "soft" }, requests.length ? "Select a request to see its details." : "Requests to the sandbox appear here."));
    return;
  }
  const response = await fetch(`requests/${id}`);
  const request = await response.json();
  if (id !== selected) return;
  if (!response.ok) {
    detail.replaceChildren(problem("This request is no longer kept."));
    return;
  }
  const { diagnosis, steps } = request;
  const client = request.headers.find(([name]) => /^user-agent$/i.test(name));
  const isExplained = diagnosis && isRefused(request) && diagnosis.verdict !== "right";
  detail.replaceChildren(...[
    element("h2", { tabindex: "-1" }, `${request.method} ${request.target}`),
    element("p", { class: "soft" }, [clock(request), `status ${request.status}`, request.place && `signature ${PLACES[request.place]}`, client?.[1]].filter(Boolean).join(" · ")),
    isExplained ? verdict(diagnosis) : element("div", { class: `verdict ${{ refused: "refused", accepted: "accepted" }[request.verdict] ?? ""}` }, element("h2", {}, words(request))),
    element("div", { class: "buttons" }, copyButton("Copy as curl", () => asCurl(request)), copyButton("Link", () => location.href)),
    isExplained && evidence(diagnosis),
    !isExplained && diagnosis?.parameters.length > 0
      && [element("h3", {}, "Parameters"), table(["Place", "Name", "Value"], diagnosis.parameters.map(({ source, name, value }) => row(source, name, value)))],
    [element("h3", {}, "Request as received"), table(null, request.headers.map(([name, value]) => row(name, value)))],
    request.form && [element("h3", {}, "Form"), element("pre", {}, request.form)],
    steps && stepsOf(steps),
  ].flat().filter(Boolean));
}

addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(event.target.tagName) && !inspector.hidden) {
    event.preventDefault();
    filter.focus();
  } else if (event.key === "Escape") {
    if (document.activeElement === filter) filter.value = "";
    listbox.focus();
    showList();
  }
});

async function ask(question) {
  const response = await fetch("explain", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(question) });
  return response.json();
}

const explain = explainView({ ask, hasKeys: true, note: [element("b", {}, "Nothing leaves this machine."), " The sandbox that serves this page answers."] });
document.querySelector("main").append(inspector, explain.element);
document.querySelector(".address").textContent = location.origin;
navigation(document.querySelector("nav"), [{ name: "requests", title: "Requests", element: inspector }, { name: "explain", title: "Explain", element: explain.element }], (name, rest) => {
  if (name !== "requests") return;
  selected = rest ? Number(rest) : null;
  for (const made of listbox.children) made.setAttribute("aria-selected", String(made.id === `request-${selected}`));
  document.getElementById(`request-${selected}`)?.scrollIntoView({ block: "nearest" });
  showCount(listbox.children.length);
  showDetail();
});
let batch = [];
new EventSource("events").addEventListener("request", ({ data }) => {
  batch.push(JSON.parse(data));
  // Browsers do not draw a hidden page, so its requests wait here.
  if (batch.length > KEPT) batch.shift();
  if (batch.length > 1) return;
  requestAnimationFrame(() => {
    const arrived = batch;
    batch = [];
    if (isPaused) {
      waiting.push(...arrived);
      waiting.splice(0, waiting.length - KEPT);
    } else add(arrived);
  });
});
