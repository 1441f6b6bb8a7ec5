"use strict";
// The Explain and Steps views, shared by the inspector of the sandbox and the stand-alone page. The home of the page gives a function
// `ask(question)`, which returns a promise of the response. Everything from a request is added as text, never as markup.

/** Creates an element. Properties that begin with "on" are listeners, others attributes. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

const button = (text, onclick) => element("button", { type: "button", onclick }, text);

/** A button that copies a text and says so. */
function copyButton(text, content) {
  const made = button(text, async () => {
    try {
      await navigator.clipboard.writeText(content());
      made.textContent = "Copied";
    } catch {
      made.textContent = "Copying is not allowed here";
    }
    setTimeout(() => (made.textContent = text), 2000);
  });
  return made;
}

function table(columns, rows) {
  return element("table", {},
    columns && element("thead", {}, element("tr", {}, columns.map((column) => element("th", { scope: "col" }, column)))),
    element("tbody", {}, rows));
}

const row = (name, ...cells) =>
  element("tr", {}, element("th", { scope: "row" }, name), cells.map((cell) => element("td", {}, cell)));

function list(items) {
  return items.length > 0 && element("ul", {}, items.map((item) => element("li", {}, item)));
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Splits a base string into method, URI and parameters, decoded once; the parameters are still encoded themselves. */
function parts(baseString) {
  const [method = "", uri = "", parameters = ""] = baseString.split("&");
  const encoded = decode(parameters);
  return { method: decode(method), uri: decode(uri), parameters: encoded ? encoded.split("&") : [] };
}

/** Pairs two lists by their longest common subsequence; a missing partner is undefined. */
function align(left, right) {
  const pairs = [];
  let start = 0;
  while (start < left.length && left[start] === right[start]) pairs.push([left[start], right[start++]]);
  const [a, b] = [left.slice(start), right.slice(start)];
  if (a.length * b.length > 250_000) {
    for (let i = 0; i < Math.max(a.length, b.length); i++) pairs.push([a[i], b[i]]);
    return pairs;
  }
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) pairs.push([a[i++], b[j++]]);
    else if (j >= b.length || (i < a.length && lengths[i + 1][j] >= lengths[i][j + 1])) pairs.push([a[i++], undefined]);
    else pairs.push([undefined, b[j++]]);
  }
  return joined(pairs);
}

/** Joins a parameter that is only expected with the next one that was only signed, if they have the same name. */
function joined(pairs) {
  const name = (pair) => pair.split("=")[0];
  const found = [];
  for (const [left, right] of pairs) {
    const last = found.at(-1);
    if (right !== undefined && left === undefined && last && last[1] === undefined && name(last[0]) === name(right)) last[1] = right;
    else found.push([left, right]);
  }
  return found;
}

/** The base strings side by side, decoded, with one row for each part. */
function baseStrings(expected, signed, parameters) {
  const places = new Map((parameters || []).map((parameter) => [parameter.encoded, parameter.source]));
  const [left, right] = [parts(expected), parts(signed ?? expected)];
  const pairs = align(left.parameters, right.parameters);
  const rows = [["method", left.method, right.method], ["URI", left.uri, right.uri]].concat(
    pairs.map(([a, b]) => [places.get(a ?? b) ?? "", a && decode(a), b && decode(b), a === b]));
  let isFirst = true;
  return table(signed == null ? ["Part", "Value"] : ["Part", "Expected", "Signed by the client"], rows.map(([part, a, b, same = a === b]) => {
    if (signed == null) return row(part, a);
    const cell = (text, other) => text === undefined
      ? element("td", { class: "missing" }, isFirst ? "missing: first difference" : "missing")
      : element("td", {}, text, !same && text === other ? " (encoded differently)" : "");
    const made = element("tr", same ? {} : { class: "different" }, element("th", { scope: "row" }, part), cell(a, b), cell(b, a));
    if (!same) isFirst = false;
    return made;
  }));
}

const PLACES = { header: "in the header", query: "in the query", form: "in the form", multipart: "in multipart fields", json: "in the JSON body" };

const TITLES = {
  right: "The signature is right",
  unexplained: "No known mistake explains the signature",
  "not-signed": "The request is not signed",
  "not-checked": "The signature was not checked",
  "base-strings-agree": "The base strings agree",
  unreadable: "The request cannot be read",
};

const FIELDS = {
  "base-string": "Base string", "also-try-host": "Other host", "also-try": "Other secret", "rsa-key": "RSA key", "no-token": "Sign with an empty secret",
  form: "Body", scheme: "URL", curl: "Your request", http: "Your request",
};

/** A sentence that names options of the command line, with the fields of the page in their place. */
const onPage = (sentence) => sentence.replace(/--(base-string|also-try-host|also-try|rsa-key|no-token|form|scheme|curl|http)\b/g, (_, option) => `the field “${FIELDS[option]}”`);

/** The verdict of a diagnosis: title, fix and proof. */
function verdict(diagnosis) {
  const isRight = diagnosis.verdict === "right" || diagnosis.verdict === "base-strings-agree";
  const mistakes = (diagnosis.explanations[0] || { mistakes: [] }).mistakes;
  const title = mistakes.length ? mistakes.map((mistake) => mistake.sentence).join(" ") : TITLES[diagnosis.verdict] || diagnosis.verdict;
  const sections = [...new Set(mistakes.map((mistake) => mistake.section).filter(Boolean))].join(", ");
  return element("div", { class: "verdict " + (isRight ? "accepted" : "refused") },
    element("h2", {}, title),
    mistakes.map((mistake) => [
      mistake.detail && element("p", {}, mistake.detail),
      mistake.fix && element("p", {}, element("b", {}, "Fix: "), mistake.fix),
    ]).flat(),
    mistakes.length > 0 && diagnosis.verdict === "explained"
      && element("p", { class: "soft" }, `Proven: signing in this way gives exactly the signature that was sent. ${sections}`),
    list(diagnosis.check_next.map(onPage).concat(diagnosis.notes.map((note) => onPage(`${note.sentence} ${note.detail ?? ""} ${note.fix ?? ""}`)))));
}

/** How the input was read: repairs and guesses, too. */
function readAsTable(diagnosis, readAs) {
  const remarks = (diagnosis.repairs || []).map((remark) => ["Repaired", remark]).concat((diagnosis.guesses || []).map((remark) => ["Guessed", remark]));
  const rows = Object.entries(readAs || {}).filter(([, value]) => value).map(([name, value]) => row(name, value))
    .concat(remarks.map(([name, remark]) => row(name, onPage(remark.sentence))));
  return rows.length > 0 && [element("h3", {}, "Read as"), table(null, rows)];
}

/** The base strings, and other explanations. */
function evidence(diagnosis) {
  const explanation = diagnosis.explanations[0];
  const signed = explanation?.base_string ?? diagnosis.compared;
  const alternatives = (explanation?.alternatives || []).map((set) => set.map((mistake) => mistake.sentence).join(" "));
  return [
    alternatives.length > 0 && [element("h3", {}, "Gives the same signature"), list(alternatives)],
    diagnosis.ruled_out?.length > 0 && [element("h3", {}, "Ruled out"), list(diagnosis.ruled_out)],
    diagnosis.base_string && [
      element("h3", {}, "Signature base string"),
      baseStrings(diagnosis.base_string, signed, diagnosis.parameters),
      element("div", { class: "buttons" },
        copyButton("Copy expected base string", () => diagnosis.base_string),
        signed && copyButton("Copy the client's base string", () => signed)),
    ],
  ].flat().filter(Boolean);
}

/** The steps of signing. */
function stepsOf(steps) {
  return [
    element("h3", {}, "1. Method and base string URI"),
    table(null, [row("method", steps.method), row("URI", steps.base_string_uri)]),
    element("h3", {}, "2. Parameters, encoded and sorted"),
    table(["Place", "As sent", "Decoded", "Encoded"], steps.parameters.map((parameter) =>
      row(parameter.source, parameter.raw, `${parameter.name} = ${parameter.value}`, parameter.encoded))),
    steps.not_signed?.length > 0 && element("p", { class: "soft" }, `Not signed: ${steps.not_signed.join(", ")}`),
    element("h3", {}, "3. Normalized parameters, joined with &"),
    element("pre", {}, steps.normalized_parameters ?? ""),
    element("h3", {}, "4. Signature base string: method & URI & parameters, each encoded once more"),
    element("pre", {}, steps.base_string ?? ""),
    element("h3", {}, "5. Key: both secrets, encoded and joined with &"),
    element("pre", {}, steps.key ?? ""),
    element("h3", {}, `6. Signature: ${steps.signature_method}, in base64`),
    element("pre", {}, steps.signature ?? ""),
    steps.authorization && [element("h3", {}, "7. Authorization header"), element("pre", {}, steps.authorization),
      element("div", { class: "buttons" }, copyButton("Copy the header", () => steps.authorization))],
  ].flat().filter(Boolean);
}

let nextId = 0;

/** A labelled control. */
function field(label, control, hint) {
  control.id = `field-${nextId++}`;
  return element("div", {}, element("label", { class: "field", for: control.id }, label), control, hint && element("p", { class: "hint" }, hint));
}

const checkbox = (label, control) => element("label", { class: "check" }, control, ` ${label}`);
const textArea = () => element("textarea", { spellcheck: "false" });
const textField = (value = "") => element("input", { type: "text", spellcheck: "false", autocomplete: "off", value });
const secretField = () => element("input", { type: "password", autocomplete: "off" });

/** Calls a function a short time after the last of several events. */
function delayed(run) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, 150);
  };
}

/** Asks one question at a time, and shows the response only if no other one is wanted by then. */
function asker(ask, show) {
  let wanted;
  let isBusy = false;
  return async (question) => {
    wanted = question;
    if (isBusy) return;
    isBusy = true;
    while (wanted) {
      const asked = wanted;
      const response = await ask(asked).catch((error) => ({ error: String(error?.message ?? error) }));
      if (wanted !== asked) continue;
      wanted = undefined;
      show(response);
    }
    isBusy = false;
  };
}

const problem = (text) => element("div", { class: "verdict" }, element("h2", {}, "Not read"), element("p", {}, onPage(text)));

/** The view that reads a request and says why it is refused. */
function explainView({ ask, examples = [], note, hasKeys, link }) {
  const text = element("textarea", { class: "request", spellcheck: "false" });
  // What a link holds.
  const described = { text, method: textField(), url: textField(), body: textArea(), base_string: textArea() };
  const [clientSecret, tokenSecret, otherSecret] = [secretField(), secretField(), secretField()];
  const [host, rsaKey] = [textField(), textArea()];
  const isEmptyRight = element("input", { type: "checkbox" });
  const own = hasKeys && element("input", { type: "checkbox", checked: true });
  const result = element("section", { "aria-live": "polite", "aria-label": "Result" });
  const details = element("section", { class: "wide", "aria-label": "Details" });
  const more = element("details", {}, element("summary", {}, "More: method, URL, body, base string, RSA key"),
    element("p", { class: "hint" }, "Method and URL are needed for a header or a base string alone."),
    element("div", { class: "pair" }, field("Method", described.method), field("URL", described.url)),
    field("Body", described.body, "A form as it was sent."),
    field("Base string", described.base_string, "One that a server, a log or a library shows, to compare."),
    element("div", { class: "pair" }, field("Other host", host, "It may have been signed instead."), field("Other secret", otherSecret, "It may have been used instead.")),
    field("RSA key", rsaKey, "PEM text. The public key is enough."),
    checkbox("Sign with an empty secret", isEmptyRight));
  const written = () => Object.fromEntries(Object.entries(described).map(([name, { value }]) => [name, value]));
  const secret = ({ value }) => (value || isEmptyRight.checked ? value : undefined);
  const question = () => ({
    ...written(), method: described.method.value.trim(), url: described.url.value.trim(), now: Math.floor(Date.now() / 1000),
    also_try: [otherSecret.value].filter(Boolean), also_try_hosts: [host.value.trim()].filter(Boolean), rsa_key: rsaKey.value.trim(),
    ...(own?.checked ? { known_secrets: true }
      : { client_secret: secret(clientSecret), token_secret: secret(tokenSecret), no_token: isEmptyRight.checked && !tokenSecret.value }),
  });
  const show = asker(ask, ({ error, diagnosis, read_as: readAs }) => {
    if (error) {
      if (error.includes("enter both below")) more.open = true;
      result.replaceChildren(problem(error));
      details.replaceChildren();
    } else {
      const fixes = (diagnosis.explanations[0]?.mistakes ?? []).map((mistake) => mistake.fix).filter(Boolean).join(" ");
      result.replaceChildren(verdict(diagnosis), ...readAsTable(diagnosis, readAs) || [], element("div", { class: "buttons" },
        fixes && copyButton("Copy fix", () => fixes), link && copyButton("Link without secrets", () => link(written()))));
      details.replaceChildren(...evidence(diagnosis));
    }
  });
  const update = () => {
    if (own) secrets.hidden = own.checked;
    const asked = question();
    if (asked.text.trim() || asked.url) show(asked);
    else {
      show();
      result.replaceChildren();
      details.replaceChildren();
    }
  };
  const load = (given) => {
    for (const [name, control] of Object.entries(described)) control.value = given[name] ?? "";
    more.open = Object.keys(described).some((name) => name !== "text" && given[name]);
    if (given.client_secret !== undefined) {
      clientSecret.value = given.client_secret;
      tokenSecret.value = given.token_secret ?? "";
      if (own) own.checked = false;
    }
    update();
  };
  const secrets = element("div", { class: "pair" }, field("Consumer secret", clientSecret), field("Token secret", tokenSecret, "Empty if the request has no token."));
  const form = element("section", { "aria-label": "Request", oninput: delayed(update) },
    field("Your request", text, "Paste a header, a curl command, a raw request or a base string."),
    examples.length > 0 && element("div", { class: "buttons examples", role: "group", "aria-label": "Examples" },
      examples.map((example) => button(example.name, () => load(example)))),
    own && checkbox("Use the credentials of the sandbox", own),
    secrets,
    more,
    note && element("p", { class: "note" }, ...note));
  if (own) secrets.hidden = true;
  return { element: element("div", { class: "columns" }, form, result, details), load };
}

/** The view that signs a request step by step. It begins with the example of OAuth Core 1.0, appendix A. */
function stepsView({ ask }) {
  const method = textField("GET");
  const url = textField("http://photos.example.net/photos?file=vacation.jpg&size=original");
  const body = textArea();
  const names = ["consumer_key", "token", "nonce", "timestamp"];
  const values = ["dpf43f3p2l4k3l03", "nnch734d00sl2jdk", "kllo9940pd9333jh", "1191242096"];
  const fields = Object.fromEntries(names.map((name, index) => [name, textField(values[index])]));
  const [clientSecret, tokenSecret] = [secretField(), secretField()];
  [clientSecret.value, tokenSecret.value] = ["kd94hf93k423kf44", "pfkkdhi9sl3r4s00"];
  const signatureMethod = element("select", {}, ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"].map((name) => element("option", {}, name)));
  const result = element("section", { "aria-live": "polite", "aria-label": "Steps" });
  const show = asker(ask, ({ error, steps }) => result.replaceChildren(...(steps
    ? [element("h2", {}, "How the request is signed"), ...stepsOf(steps)] : [problem(error)])));
  const update = () => show({
    sign: true, method: method.value.trim(), url: url.value.trim(), body: body.value, signature_method: signatureMethod.value,
    client_secret: clientSecret.value, token_secret: tokenSecret.value,
    ...Object.fromEntries(names.map((name) => [name, fields[name].value.trim()])),
  });
  const fresh = button("New nonce and time", () => {
    fields.nonce.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    fields.timestamp.value = String(Math.floor(Date.now() / 1000));
    update();
  });
  const form = element("section", { "aria-label": "Request to sign", oninput: delayed(update) },
    field("Method", method), field("URL", url), field("Form body", body),
    element("div", { class: "pair" }, field("Consumer key", fields.consumer_key), field("Consumer secret", clientSecret),
      field("Token", fields.token), field("Token secret", tokenSecret), field("Nonce", fields.nonce), field("Timestamp", fields.timestamp)),
    field("Signature method", signatureMethod), element("div", { class: "buttons" }, fresh));
  return { element: element("div", { class: "columns steps" }, form, result), update };
}

/** Shows the view that the fragment names; `views` maps names to elements and titles. */
function navigation(nav, views, onshow = () => {}) {
  const links = views.map(({ name, title }) => element("a", { href: `#${name}` }, title));
  const show = () => {
    const [name, rest = ""] = location.hash.slice(1).split(/\/(.*)/s);
    const chosen = Math.max(0, views.findIndex((view) => view.name === name));
    views.forEach((view, index) => {
      view.element.hidden = index !== chosen;
      if (index === chosen) links[index].setAttribute("aria-current", "page");
      else links[index].removeAttribute("aria-current");
    });
    onshow(views[chosen].name, rest);
  };
  nav.append(...links);
  addEventListener("hashchange", show);
  show();
}
