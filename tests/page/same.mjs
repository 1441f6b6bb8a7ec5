// Compares the WebAssembly with the command line: same.mjs PROGRAM WASM. Both explain the same requests, and the JSON must be equal.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

const [program, wasm] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(wasm));
const { memory, input, ask, output } = instance.exports;

function inPage(question) {
  const bytes = new TextEncoder().encode(JSON.stringify(question));
  const address = input(bytes.length);
  new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
  const length = ask();
  return JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length)));
}

function onCommandLine(words, question, stdin) {
  const hasToken = question.token !== "";
  const env = {
    API_OAUTH_CONSUMER_KEY: question.consumer_key, API_OAUTH_CONSUMER_SECRET: question.client_secret,
    ...(hasToken ? { API_OAUTH_TOKEN: question.token, API_OAUTH_TOKEN_SECRET: question.token_secret } : {}),
  };
  const options = { env, input: stdin, stdio: ["pipe", "pipe", "pipe"] };
  try {
    return JSON.parse(execFileSync(program, ["explain", "--json", ...(hasToken ? [] : ["--no-token"]), ...words], options));
  } catch (error) {
    const text = error.stdout?.toString();
    return text ? JSON.parse(text) : { error: error.stderr?.toString() ?? String(error) };
  }
}

const credentials = (client, token = { identifier: "", secret: "" }) =>
  ({ consumer_key: client.identifier, client_secret: client.secret, token: token.identifier, token_secret: token.secret });

let count = 0;
function compare(name, question, words, stdin) {
  const [page, line] = [inPage({ ...question, now: Math.floor(Date.now() / 1000) }), onCommandLine(words, question, stdin)];
  if (!isDeepStrictEqual(page.diagnosis, line)) {
    console.error(`${name}: different\npage: ${JSON.stringify(page)}\ncommand line: ${JSON.stringify(line)}`);
    process.exit(1);
  }
  count += 1;
}

for (const row of JSON.parse(readFileSync("vectors/wrong-signatures.json")).tests) {
  // RSA keys are not part of the page.
  if (row.rsa_private_key) continue;
  const secrets = credentials(row.client, row.token);
  const form = row.form === undefined ? [] : ["--form", row.form];
  compare(row.id, { text: row.authorization, method: row.method, url: row.uri, body: row.form ?? "", ...secrets },
    [row.method, row.uri, ...form, "--authorization", row.authorization]);
}
const folder = "tests/explain/clients";
const clients = JSON.parse(readFileSync(`${folder}/causes.json`));
const { consumer_key, consumer_secret: client_secret, token, token_secret } = clients.credentials;
for (const { file } of clients.tests) {
  const text = readFileSync(`${folder}/${file}`, "utf8");
  compare(file, { text, consumer_key, client_secret, token, token_secret }, ["--http", "-"], text);
}
console.log(`${count} requests: the page and the command line give the same JSON`);
