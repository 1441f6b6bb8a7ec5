// Compares the WebAssembly of the page with the command line: same.mjs PROGRAM WASM. Both explain the same requests,
// and the JSON must be equal.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

const program = resolve(process.argv[2]);
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[3]));
const { memory, input, ask, output } = instance.exports;
const json = (path) => JSON.parse(readFileSync(path));

function inPage(question) {
  const bytes = new TextEncoder().encode(JSON.stringify(question));
  const address = input(bytes.length);
  new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
  const length = ask();
  return JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length)));
}

/** Runs `explain` with arguments, variables, files by name, and standard input. Returns its JSON, or its error. */
function onCommandLine({ args, env, files, stdin }) {
  const folder = mkdtempSync(join(tmpdir(), "same-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return new Promise((done) => {
    const child = execFile(program, ["explain", "--json", ...args], { cwd: folder, env, maxBuffer: 1 << 24 }, (_, out, errors) => {
      rmSync(folder, { recursive: true });
      done(out ? { diagnosis: JSON.parse(out) } : { error: errors });
    });
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
  });
}

/** Why a request cannot be given to both, if so. */
function obstacle({ args, files, env }) {
  if ([...args, ...Object.values(env)].some((text) => text.includes("\0"))) return "a NUL byte, which is not possible on a command line";
  if (Object.values(files).some((text) => / (-d|--data) @/.test(text))) return "a file that the curl command names, which a page does not read";
}

/** Options that say how to read the others: a page uses secrets exactly as they are typed. */
const ON_COMMAND_LINE = ["--", "--raw-secrets"];

/** What a person enters on the page, for a command line: options have fields, and files are pasted. */
function questionOf({ args, env, files, stdin }) {
  const fields = {
    "--authorization": "text", "--curl": "text", "--http": "text", "--form": "body", "--base-string": "base_string", "--rsa-key": "rsa_key", "--also-try-host": "also_try_hosts",
  };
  const question = {
    consumer_key: env.API_OAUTH_CONSUMER_KEY, client_secret: env.API_OAUTH_CONSUMER_SECRET,
    token: env.API_OAUTH_TOKEN, token_secret: env.API_OAUTH_TOKEN_SECRET,
  };
  const words = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index];
    if (word === "--no-token") question.no_token = true;
    else if (fields[word]) {
      const value = args[++index];
      const content = value === "-" ? stdin : files[value] ?? value;
      question[fields[word]] = word === "--also-try-host" ? [content] : content;
    } else if (!word.startsWith("--")) words.push(word);
    else if (!ON_COMMAND_LINE.includes(word)) throw new Error(`${word} has no field`);
  }
  const [method, url] = words;
  return { method, url, ...question };
}

/** The command lines of cases: requests in the form in which people had them. */
function* cases() {
  for (const { name, arguments: args, environment: env, files = {}, input: stdin = "" } of json("tests/explain/cases.json").tests) {
    yield { name, args: args.slice(1), env, files, stdin };
  }
}

/** Raw requests of clients. */
function* clients() {
  const folder = "tests/explain/clients";
  const { credentials, tests } = json(`${folder}/causes.json`);
  const env = variables(credentials.consumer_secret, credentials.token_secret, credentials.consumer_key, credentials.token);
  for (const { file } of tests) yield { name: file, args: ["--http", "-"], env, stdin: readFileSync(`${folder}/${file}`, "utf8") };
}

/** Requests with remarks. */
function* inspected() {
  for (const row of json("tests/explain/inspected.json")) {
    const url = new URL(row.uri);
    const body = row.body ?? "";
    const headers = [`Host: ${url.host}`, `Authorization: ${row.authorization}`, ...(row.media_type ? [`Content-Type: ${row.media_type}`] : [])];
    const stdin = `${row.method} ${row.uri} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n${body}`;
    yield { name: row.label, args: ["--http", "-"], env: variables(row.client_secret, row.token_secret, row.expected_token && "key", row.expected_token), stdin };
  }
}

/** The right and the refused signatures and base strings of the vectors. */
function* vectors() {
  for (const file of readdirSync("vectors").filter((name) => name.endsWith(".json"))) {
    for (const row of json(`vectors/${file}`).tests ?? []) {
      const { id: name, method, uri, authorization, refused = {} } = row;
      const form = row.form === undefined ? [] : ["--form", row.form];
      const key = row.rsa_private_key;
      const files = key ? { [key]: readFileSync(`vectors/keys/${key}`, "utf8") } : {};
      const env = variables(row.client?.secret ?? row.client_secret ?? "", row.token?.secret ?? row.token_secret);
      const common = ["--raw-secrets", ...(env.API_OAUTH_TOKEN_SECRET === undefined ? ["--no-token"] : []), ...form];
      const signed = (header) => ["--authorization", header, ...common, ...(key ? ["--rsa-key", key] : []), "--also-try-host", "https://api.twitter.com/1/statuses/update.json", "--", method, uri];
      if (authorization && row.signature) yield { name, args: signed(authorization), env, files };
      if (authorization && refused.signature) {
        yield { name, args: signed(authorization.replace(/oauth_signature="[^"]*"/, () => `oauth_signature="${encodeURIComponent(refused.signature)}"`)), env, files };
      }
      if (row.emitted_base_string) yield { name, args: ["--base-string", row.emitted_base_string, ...signed(authorization)], env, files };
      if (refused.base_string) {
        const pairs = (row.protocol_parameters ?? []).map((pair) => `, ${pair.map(encodeURIComponent).join("=\"")}"`);
        yield { name, args: ["--base-string", refused.base_string, ...form, "--authorization", `OAuth oauth_signature="OAuth-Signature"${pairs.join("")}`, "--", method, uri], env: {} };
      }
    }
  }
}

function variables(client_secret, token_secret, consumer_key, token) {
  const all = { API_OAUTH_CONSUMER_KEY: consumer_key, API_OAUTH_CONSUMER_SECRET: client_secret, API_OAUTH_TOKEN: token, API_OAUTH_TOKEN_SECRET: token_secret };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

let different = 0;
const skipped = {};
async function compare(given) {
  const asked = { files: {}, stdin: "", ...given };
  const reason = obstacle(asked);
  if (reason) {
    skipped[reason] = (skipped[reason] ?? 0) + 1;
    return;
  }
  // The time is part of the response, and may move between the two.
  for (let attempt = 0; attempt < 3; attempt++) {
    const line = await onCommandLine(asked);
    const page = inPage({ ...questionOf(asked), now: Math.floor(Date.now() / 1000) });
    if (line.diagnosis ? isDeepStrictEqual(page.diagnosis, line.diagnosis) : page.error && line.error.includes(page.error)) return;
    if (attempt === 2) {
      console.error(`${asked.name}: different\npage: ${JSON.stringify(page)}\ncommand line: ${JSON.stringify(line)}`);
      different += 1;
    }
  }
}

const requests = [cases, clients, inspected, vectors].flatMap((source) => [...source()]);
// The workers share the queue.
const queue = requests.values();
await Promise.all(cpus().map(async () => {
  for (const given of queue) await compare(given);
}));
for (const [reason, count] of Object.entries(skipped)) console.log(`not compared: ${count} with ${reason}`);
const compared = requests.length - Object.values(skipped).reduce((sum, count) => sum + count, 0);
console.log(`${compared} requests compared: the page and the command line give the same JSON for ${compared - different}, and ${different} differ`);
process.exit(different ? 1 : 0);
