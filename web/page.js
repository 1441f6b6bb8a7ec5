// The stand-alone page: the views of explain.js, with responses from WebAssembly.

/** Runs in a worker, so that the page stays responsive. The first message is the packed WebAssembly, each later one a question. */
function work() {
  let answer;
  const start = async (packed) => {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const { instance } = await WebAssembly.instantiate(await new Response(stream).arrayBuffer());
    const { memory, input, ask, output } = instance.exports;
    answer = (question) => {
      const bytes = new TextEncoder().encode(JSON.stringify(question));
      // The memory may grow during the calls, which replaces its buffer.
      const address = input(bytes.length);
      new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
      const length = ask();
      return JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length)));
    };
    return {};
  };
  onmessage = async ({ data }) => {
    try {
      postMessage(answer ? answer(data) : await start(data));
    } catch (error) {
      postMessage({ error: `${error}. Reload the page.` });
    }
  };
}

/** Starts the WebAssembly in the page; returns a function that answers questions, one after the other. */
async function start() {
  const missing = ["WebAssembly", "DecompressionStream", "Worker"].filter((name) => !globalThis[name]);
  if (missing.length) throw new Error(`This browser does not have ${missing.join(" and ")}. Use a newer one, or the program exh-oauth1.`);
  const packed = Uint8Array.from(atob(document.getElementById("program").textContent.trim()), (character) => character.charCodeAt(0));
  const worker = new Worker(URL.createObjectURL(new Blob([`(${work})()`], { type: "text/javascript" })));
  let last = Promise.resolve();
  const ask = (question) => {
    const next = () => new Promise((done, fail) => {
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = (event) => fail(new Error(event.message || "The worker does not start"));
      worker.postMessage(question);
    });
    return (last = last.then(next));
  };
  const { error } = await ask(packed);
  if (error) throw new Error(error);
  return ask;
}

/** Input in the fragment of a link, which browsers do not send to servers. */
const encodeInput = (input) => encodeURIComponent(JSON.stringify(input));
const FIELDS_OF_LINK = ["text", "method", "url", "body", "base_string"];
const link = (input) => `${location.href.split("#")[0]}#explain/${encodeInput(input)}`;

start().then((ask) => {
  const note = [element("b", {}, "Nothing leaves this page."), " It works without a network, and its policy forbids every connection. To check, switch off the network, or read the line ",
    element("code", {}, "Content-Security-Policy"), " in the source. Secrets are not stored and not part of a link."];
  const explain = explainView({ ask, examples: EXAMPLES, note, link });
  const steps = stepsView({ ask });
  const main = document.querySelector("main");
  main.replaceChildren(explain.element, steps.element);
  const views = [{ name: "explain", title: "Explain", element: explain.element }, { name: "steps", title: "Steps", element: steps.element }];
  navigation(document.querySelector("nav"), views, (name, rest) => {
    if (name === "steps") steps.update();
    if (name !== "explain" || !rest) return;
    try {
      const input = JSON.parse(decodeURIComponent(rest));
      explain.load(Object.fromEntries(Object.entries(input).filter(([name, value]) => FIELDS_OF_LINK.includes(name) && typeof value === "string")));
    } catch {
      // A damaged link loads nothing.
    }
  });
  document.documentElement.dataset.ready = "true";
}, (error) => document.querySelector("main").replaceChildren(problem(error.message)));
