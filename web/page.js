// The stand-alone page: the views of explain.js, with responses from WebAssembly.

/** Decompresses and starts the WebAssembly in the page; returns a function that answers questions. */
async function start() {
  const missing = [["WebAssembly", globalThis.WebAssembly], ["DecompressionStream", globalThis.DecompressionStream]].filter(([, value]) => !value);
  if (missing.length) throw new Error(`This browser does not have ${missing.map(([name]) => name).join(" and ")}. Use a newer one, or the program exh-oauth1.`);
  const packed = Uint8Array.from(atob(document.getElementById("program").textContent.trim()), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const { instance } = await WebAssembly.instantiate(await new Response(stream).arrayBuffer());
  const { memory, input, ask, output } = instance.exports;
  return (question) => {
    const bytes = new TextEncoder().encode(JSON.stringify(question));
    // The memory may grow during the calls, which replaces its buffer.
    const address = input(bytes.length);
    new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
    const length = ask();
    return JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length)));
  };
}

/** Input in the fragment of a link, which browsers do not send to servers. */
const encodeInput = (input) => encodeURIComponent(JSON.stringify(input));
const link = (input) => `${location.href.split("#")[0]}#explain/${encodeInput(input)}`;

start().then((answer) => {
  const ask = async (question) => answer(question);
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
      const { text, method, url, body, base_string } = JSON.parse(decodeURIComponent(rest));
      explain.load({ text, method, url, body, base_string });
    } catch {
      // A damaged link loads nothing.
    }
  });
  document.documentElement.dataset.ready = "true";
}, (error) => document.querySelector("main").replaceChildren(problem(error.message)));
