// Writes vectors/rql.json: RQL made by the builder of Extra Horizon's own JavaScript SDK.
//
//     node rql.mjs FOLDER      FOLDER holds node_modules with the SDK at the version pinned in vectors/README.md
//
// Each row has the calls of the builder, in order, with arguments in plain text, and what the SDK's `build()` and
// `intermediate()` make of them. A condition is a list of calls, whose `intermediate()` is given to the call around it.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const SDK = '8.14.1';
const VALUES = 500;
const TREES = 100;
const SEED = 0x5849;

const folder = resolve(process.argv[2] ?? '.');
const require = createRequire(join(folder, 'index.js'));
const { rqlBuilder, rqlParser } = require('@extrahorizon/javascript-sdk');
const { version } = require('@extrahorizon/javascript-sdk/package.json');
if (version !== SDK) throw new Error(`the SDK is ${version}, not ${SDK}`);

// A small generator with a fixed seed (mulberry32).
let state = SEED;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (count) => Math.floor(random() * count);
const pick = (list) => list[below(list.length)];
const some = (least, most, make) => Array.from({ length: least + below(most - least + 1) }, make);

// One call of the builder.
function apply(builder, call) {
  const conditions = (call.conditions ?? []).map((calls) => run(calls).intermediate());
  switch (call.verb) {
    case 'select':
    case 'sort':
      return builder[call.verb](call.fields);
    case 'limit':
      return builder.limit(call.limit, call.offset);
    case 'in':
    case 'out':
      return builder[call.verb](call.field, call.values);
    case 'and':
    case 'or':
      return builder[call.verb](...conditions);
    case 'contains':
    case 'excludes':
      return builder[call.verb](call.field, ...conditions);
    case 'skipCount':
      return builder.skipCount();
    default:
      return builder[call.verb](call.field, call.value);
  }
}
const run = (calls) => calls.reduce(apply, rqlBuilder());

const tests = [];
function row(id, comment, flags, calls) {
  const build = run(calls).build();
  // The SDK's own parser takes it.
  rqlParser(build.slice(1));
  tests.push({ id: `rql-${id}`, comment, flags, calls, build, intermediate: run(calls).intermediate() });
}

const COMPARISONS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'like'];

// Every verb.
for (const verb of COMPARISONS) {
  row(verb, `${verb} of a field and a value`, ['verb'], [{ verb, field: 'email', value: 'zoë@example.com' }]);
}
for (const verb of ['in', 'out']) {
  row(verb, `${verb} of a field and a list`, ['verb'], [{ verb, field: 'id', values: ['5a0b', 'a,b', 'c)(d'] }]);
  row(`${verb}-one`, 'a list of one', ['verb'], [{ verb, field: 'id', values: ['5a0b'] }]);
  row(`${verb}-none`, 'a list of none', ['verb'], [{ verb, field: 'id', values: [] }]);
}
row('select', 'fields of an answer', ['verb'], [{ verb: 'select', fields: ['id', 'email', 'data.heart_rate'] }]);
row('sort', 'ascending, descending', ['verb'], [{ verb: 'sort', fields: ['+last_name', '-creation_timestamp', 'id'] }]);
row('limit', 'a limit', ['verb'], [{ verb: 'limit', limit: 10 }]);
row('limit-offset', 'a limit with an offset', ['verb'], [{ verb: 'limit', limit: 10, offset: 50 }]);
row('limit-offset-0', 'an offset of 0 is not written', ['verb'], [{ verb: 'limit', limit: 10, offset: 0 }]);
row('limit-again', 'a later limit takes the place of an earlier one', ['verb'], [
  { verb: 'limit', limit: 10, offset: 50 },
  { verb: 'eq', field: 'a', value: 'b' },
  { verb: 'limit', limit: 20 },
]);
row('skip-count', 'no total', ['verb'], [{ verb: 'skipCount' }]);
for (const verb of ['contains', 'excludes']) {
  row(verb, 'a field that is there, or not', ['verb'], [{ verb, field: 'data.indicator' }]);
  row(`${verb}-one`, 'one condition', ['verb'], [
    { verb, field: 'data', conditions: [[{ verb: 'gt', field: 'heartrate', value: '60' }]] },
  ]);
  row(`${verb}-two`, 'two conditions', ['verb'], [
    {
      verb,
      field: 'data',
      conditions: [[{ verb: 'gt', field: 'heartrate', value: '60' }], [{ verb: 'lt', field: 'heartrate', value: '90.5' }]],
    },
  ]);
}
for (const verb of ['and', 'or']) {
  row(verb, 'two conditions, one of which has two calls', ['verb'], [
    {
      verb,
      conditions: [
        [{ verb: 'eq', field: 'language', value: 'NL' }],
        [
          { verb: 'ge', field: 'creation_timestamp', value: '2026-11-24T08:00:00.000Z' },
          { verb: 'like', field: 'email', value: '@example.com' },
        ],
      ],
    },
  ]);
  row(`${verb}-none`, 'no condition', ['verb'], [{ verb, conditions: [] }]);
}
row('nothing', 'a builder that nothing was told', ['verb'], []);
row('all', 'several calls', ['verb'], [
  { verb: 'select', fields: ['id'] },
  { verb: 'eq', field: 'first_name', value: 'Zoë' },
  { verb: 'sort', fields: ['-id'] },
  { verb: 'limit', limit: 50, offset: 100 },
  { verb: 'skipCount' },
]);

// Values: whatever text may have in it. Lone surrogates are no text, and the SDK refuses them.
const CHARACTERS = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  ...'-_.!~*\'(),&=+%#?/\\:;@$[]{}|^`"<> ',
  '%25', '%2C', '%252C', 'null', 'true', '1e3', 'string:', 'date:', 're:', '$1',
  'ë', 'ß', 'İ', 'Ω', 'й', 'ש', 'ع', '中', '日', '한', '€', '\u0085', '\u00a0', '\u0301', '\u200d', '\u2028', '\ufeff', '\uffff',
  '😀', '👩‍⚕️', '𝔘', '\u{10ffff}',
];
const value = () => some(0, 12, () => pick(CHARACTERS)).join('');
for (let index = 1; index <= VALUES; index += 1) {
  const verb = pick([...COMPARISONS, 'in', 'out']);
  const list = verb === 'in' || verb === 'out';
  const given = list ? { values: some(1, 4, value) } : { value: value() };
  row(`value-${index}`, 'a random value', ['value'], [{ verb, field: 'name', ...given }]);
}

// Trees of calls.
const FIELDS = ['id', 'email', 'data.heart_rate', 'creation_timestamp', 'tags', 'a-b', '_x'];
function call(depth) {
  const verb = pick([...COMPARISONS, 'in', 'out', 'contains', 'excludes', ...(depth > 0 ? ['and', 'or', 'and', 'or'] : [])]);
  const conditions = (least) => some(least, 3, () => some(1, 2, () => call(depth - 1)));
  if (verb === 'and' || verb === 'or') return { verb, conditions: conditions(1) };
  if (verb === 'contains' || verb === 'excludes') {
    return { verb, field: pick(FIELDS), ...(depth > 0 ? { conditions: conditions(0) } : {}) };
  }
  if (verb === 'in' || verb === 'out') return { verb, field: pick(FIELDS), values: some(1, 4, value) };
  return { verb, field: pick(FIELDS), value: value() };
}
for (let index = 1; index <= TREES; index += 1) {
  const calls = some(1, 3, () => call(2));
  if (below(2)) calls.push({ verb: 'select', fields: some(1, 3, () => pick(FIELDS)) });
  if (below(2)) calls.push({ verb: 'sort', fields: some(1, 3, () => pick(['', '+', '-']) + pick(FIELDS)) });
  if (below(2)) calls.push({ verb: 'limit', limit: below(51), offset: below(1000) });
  if (below(4) === 0) calls.push({ verb: 'skipCount' });
  row(`tree-${index}`, 'a random tree of calls', ['tree'], calls);
}

const head = {
  source: "RQL made by the builder of Extra Horizon's JavaScript SDK",
  url: 'https://www.npmjs.com/package/@extrahorizon/javascript-sdk',
  version: `@extrahorizon/javascript-sdk ${SDK}, seed ${SEED}`,
  license: 'as this project; the SDK is MIT',
  generator: "generate/rql.mjs: build and intermediate are the SDK's.",
  notes: {
    verb: 'Every verb of the builder.',
    value: 'A value of random characters, which is encoded twice.',
    tree: 'Calls within calls.',
  },
  numberOfTests: tests.length,
};
// What cannot be seen is written as an escape.
const shown = (test) =>
  JSON.stringify(test).replace(/[\u007f-\u00a0\u0301\u061c\u200b-\u200f\u2028-\u202e\ufeff\uffff]/g, (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'));
const lines = tests.map((test) => `    ${shown(test)}`).join(',\n');
const text = `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "tests": [\n${lines}\n  ]\n}\n`;
writeFileSync(new URL('../rql.json', import.meta.url), text);
console.log(`${tests.length} rows`);
