// Writes sdk_credentials.json: what Extra Horizon's own JavaScript SDK reads of credentials files, for
// tests/client/credentials_file.rs.
//
//     npm ci --prefix tests/peers && node tests/peers/sdk_credentials.mjs
//
// Nothing is sent: the clients make no calls.

import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';

const VERSION = '8.14.1';
const SEED = 0x5849;
const RANDOM_FILES = 300;

// Another folder with node_modules may be given.
const require = createRequire(process.argv[2] ? `${process.argv[2]}/index.js` : import.meta.url);
const { createOAuth1Client, parseStoredCredentials } = require('@extrahorizon/javascript-sdk');
const { version } = require('@extrahorizon/javascript-sdk/package.json');
if (version !== VERSION) throw new Error(`the SDK is ${version}, not ${VERSION}`);

const NAMES = ['API_HOST', 'API_OAUTH_CONSUMER_KEY', 'API_OAUTH_CONSUMER_SECRET', 'API_OAUTH_TOKEN', 'API_OAUTH_TOKEN_SECRET'];
const UNSET = '<unset>';

// The value that the SDK reads for each name. It throws if a name is missing, so each name has a line in front of the
// file. The last counts.
function read(text) {
  const before = NAMES.map(name => `${name}=${UNSET}\n`).join('');
  const values = parseStoredCredentials(before + text);
  return NAMES.map(name => (values[name] === UNSET ? null : values[name]));
}

function isComplete(text) {
  try {
    parseStoredCredentials(text);
    return true;
  } catch {
    return false;
  }
}

function url(host) {
  return createOAuth1Client({ host, consumerKey: 'k', consumerSecret: 's' }).raw.defaults.baseURL;
}

// A small generator with a fixed seed (mulberry32).
let state = SEED;
function below(count) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * count);
}
const pick = list => list[below(list.length)];

const VALUES = ['a', 'b c', 'a=b', 'a==', '=a', '', ' a', 'a ', '"a"', '#a', 'ü', '%3D', 'a\tb', 'https://env.example.extrahorizon.io'];
function line() {
  const name = pick(NAMES);
  switch (below(12)) {
    case 0: return pick(['# comment', '#API_HOST=a', ' # a=b=c', '', ' ', '\t']);
    case 1: return pick(['EDITOR=ed', 'X=a=b', 'api_host=a', 'API_HOSTS=a', 'XAPI_HOST=a', 'export API_HOST=a']);
    case 2: return pick([`${name} =a`, ` ${name}=a`, `\t${name}=a`, `${name}= a`]);
    default: return `${name}=${pick(VALUES)}`;
  }
}

const HOST = 'API_HOST=https://env.example.extrahorizon.io\n';
const REST = 'API_OAUTH_CONSUMER_KEY=k\nAPI_OAUTH_CONSUMER_SECRET=s\nAPI_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=u\n';
const texts = [
  HOST + REST,
  (HOST + REST).trimEnd(),
  (HOST + REST).replaceAll('\n', '\r\n'),
  REST + HOST,
  `API_HOST=old\n${HOST}${REST}`,
  `# a=b=c\n# API_HOST=x\n\n${HOST}${REST}`,
  HOST + REST.replace('=u', '=u='),
  `\ufeff${HOST}${REST}`,
  `\ufeff# mine\n${HOST}${REST}`,
  `API_HOST =h.example.com\n${REST}`,
  `${HOST}API_HOST=x=\n${REST}`,
  REST,
];
for (let count = 0; count < RANDOM_FILES; count++) {
  const end = pick(['\n', '\n', '\n', '\r\n']);
  const lines = Array.from({ length: 5 + below(6) }, line);
  texts.push(pick(['', '', '', '\ufeff']) + lines.join(end) + pick(['', end]));
}
const hosts = [
  'https://env.example.extrahorizon.io', 'https://api.env.example.extrahorizon.io', 'env.example.extrahorizon.io',
  'api.env.example.extrahorizon.io', 'https://env.example.extrahorizon.io/', 'apx.env.example.extrahorizon.io',
  'https://apx.env.example.extrahorizon.io/', 'api.apx.example.com', 'apx.api.api.example.com', 'xapi.example.com', 'example.com',
];
const data = {
  source: `@extrahorizon/javascript-sdk ${VERSION} from npm, run with node`,
  generator: 'tests/peers/sdk_credentials.mjs',
  names: NAMES,
  files: texts.map(text => [text, isComplete(text), read(text)]),
  hosts: hosts.map(host => [host, url(host)]),
};
// One row per line.
const rows = list => `[\n${list.map(row => JSON.stringify(row)).join(',\n')}\n]`;
const written = `{"source":${JSON.stringify(data.source)},"generator":${JSON.stringify(data.generator)},
"names":${JSON.stringify(data.names)},"files":${rows(data.files)},"hosts":${rows(data.hosts)}}`;
JSON.parse(written);
writeFileSync(new URL('sdk_credentials.json', import.meta.url), `${written}\n`);
console.log(`${data.files.length} files, ${data.hosts.length} hosts`);
