/** What goes wrong with a file: edits that a hand, a merge, an editor, a copy over the network or an attacker make. */
import type { Random } from './random.ts';

/** One edit of a text; pure but for the numbers it draws. */
export type Edit = (text: string, random: Random) => string;

/** Values where others were expected: types, YAML's surprises, variables, other scripts, control characters. */
const VALUES = [
  ...['null', '~', 'true', 'no', '0', '-1', '1e400', '.nan', '.inf', '0x1F', '0o17', '1_000', '12345678901234567890'],
  ...['2026-11-24', '12:30:45', '""', "''", '[]', '{}', '[[]]', '[null]', '{ add: [] }', '{ add: x }', '{ name: x }'],
  ...[
    '!!binary aGVsbG8=',
    '!!set { a, b }',
    '!!js/function "x"',
    '!!str 5',
    '!!int x',
    '! x',
    '!!omap [a: 1]',
    '!<tag:x> y',
  ],
  ...[
    '*nothing',
    '&here value',
    '*here',
    '&a [*a]',
    '|\n  block\n',
    '>-\n  folded\n',
    '? x\n: y',
    '"\\x"',
    '"\\ud800"',
  ],
  ...[
    '${env:NOT_SET}',
    '${env:NOT_SET:-x}',
    '${env:',
    '${}',
    '${var:x}',
    '${file:none.txt}',
    '${file:.}',
    '$${',
    '${env:}',
  ],
  ...['"\\u0000"', '"\\u001b[31mred"', '"a\\nb"', '"\\u202eevil"', '"\\u2028"', '"e\\u0301"', '"\\ufeff"', '"\\x9b2J"'],
  ...[
    '🙂',
    '漢字',
    'אב',
    'İ',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'present',
    'absent',
    'Everyone',
  ],
  ...['Default Policy', 'Default Rule', 'Catch-all Rule', 'default', 'active', 'required', 'optional', 'disabled'],
  ...[
    '${env:MARY_PASSWORD}',
    'mary@example.com',
    'MARY@EXAMPLE.COM',
    'P1D',
    'PT0S',
    'http://[',
    '+1',
    'x'.repeat(1000),
  ],
] as const;

const CHARS = [
  ...'\t\0\u001b\u202e\u2028\ufeff\r:#-[]{}&*!|>\'"%@`,?~/\\ $\u0085\u00a0é漢',
  '\ud800',
  '🙂',
  '<<: ',
  '---\n',
];

const KEYS = [
  '__proto__',
  'constructor',
  '<<',
  'ensure',
  'name',
  'label',
  'login',
  'add',
  'rules',
  'status',
  '""',
  '?',
  '*a',
  '1',
];

const LINES = [
  ...[
    '---',
    '...',
    '%YAML 1.1',
    '%YAML 9.9',
    '%TAG ! tag:x,2026:',
    '- ',
    '  - name: x',
    'groups:',
    'flows: {}',
    'users: []',
  ],
  ...[
    'x: &x [1]',
    '<<: *x',
    '<<: [*x, 5]',
    '? [a, b]',
    ': c',
    '# comment',
    '\t- tab',
    'version: 2',
    '__proto__: { a: 1 }',
  ],
  ...[
    'a: &a { <<: *a }',
    'base: &base { name: Staff }',
    '[',
    '{',
    '"',
    "'",
    '|',
    '}',
    ']',
    '- - - -',
    'ensure: absent',
  ],
] as const;

const ofLines =
  (edit: (lines: string[], at: number, random: Random) => void): Edit =>
  (text, random) => {
    const lines = text.split('\n');
    edit(lines, random.below(lines.length), random);
    return lines.join('\n');
  };

/** Where scalars stand: after `: ` or `- `, or inside of flow collections. */
const VALUE = /(?<=[:[{,-] )[^\s,[\]{}#][^,[\]{}#\n]*/g;
const KEY = /[\w-]+(?=:)/g;

/** Words of which another is as right to the schema, and may be one that nobody could sign in with. */
const WORDS = [
  ['required', 'optional', 'disabled'],
  ['active', 'inactive'],
  ['allowed', 'denied'],
  ['password', 'password + another factor', 'possession factor', 'any 1 factor', 'any 2 factors'],
  ['phone', 'email', 'webauthn', 'oktaVerify', 'googleAuthenticator'],
  ['present', 'absent'],
  ['phone sms', 'phone voice', 'enrol phone sms', 'email', 'skip'],
] as const;
const WORD = new RegExp(
  `(?<=[:[{,] )(${WORDS.flat()
    .map((word) => word.replaceAll('+', '\\+'))
    .join('|')})(?=[ ,\\]}\n])`,
  'g',
);

/** Replaces one match of a pattern. */
const ofMatches =
  (pattern: RegExp, replacement: (found: string, random: Random, all: readonly string[]) => string): Edit =>
  (text, random) => {
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return text;
    const one = random.pick(found);
    const other = replacement(
      one[0],
      random,
      found.map(([match]) => match),
    );
    return text.slice(0, one.index) + other + text.slice(one.index + one[0].length);
  };

const somewhere =
  (edit: (text: string, at: number, random: Random) => string): Edit =>
  (text, random) =>
    edit(text, random.below(text.length + 1), random);

/** By name, so that a failure can say what was done. */
export const EDITS: Readonly<Record<string, Edit>> = {
  deleteLine: ofLines((lines, at) => lines.splice(at, 1)),
  deleteLines: ofLines((lines, at, random) => lines.splice(at, 1 + random.below(10))),
  repeatLine: ofLines((lines, at) => lines.splice(at, 0, lines[at] ?? '')),
  repeatBlock: ofLines((lines, at, random) => lines.splice(at, 0, ...lines.slice(at, at + 1 + random.below(8)))),
  moveLine: ofLines((lines, at, random) => lines.splice(random.below(lines.length), 0, ...lines.splice(at, 1))),
  insertLine: ofLines((lines, at, random) => {
    lines.splice(at, 0, ' '.repeat(random.below(6)) + random.pick(LINES));
  }),
  indent: ofLines((lines, at, random) => {
    lines[at] = random.pick([' ', '  ', '\t', '    ', ' '.repeat(200)]) + lines[at];
  }),
  outdent: ofLines((lines, at) => {
    lines[at] = (lines[at] ?? '').replace(/^ {1,2}/, '');
  }),
  value: ofMatches(VALUE, (_found, random) => random.pick(VALUES)),
  swapValues: ofMatches(VALUE, (_found, random, all) => random.pick(all)),
  rename: ofMatches(VALUE, (found, random) => found + random.pick(['2', ' ', 'x', '\u0301', '/', '~1'])),
  word: ofMatches(WORD, (found, random) =>
    random.pick(random.pick(WORDS.filter((words) => words.some((word) => word === found)))),
  ),
  secret: ofMatches(VALUE, () => '${env:MARY_PASSWORD}'),
  upperCase: ofMatches(VALUE, (found) => found.toUpperCase()),
  anchor: ofMatches(VALUE, (found, random) => `${random.pick(['&a', '*a', '!t', '&a &b'])} ${found}`),
  key: ofMatches(KEY, (_found, random) => random.pick(KEYS)),
  swapKeys: ofMatches(KEY, (_found, random, all) => random.pick(all)),
  misspell: ofMatches(KEY, (found) => found.slice(1) + found.slice(0, 1)),
  insertCharacter: somewhere((text, at, random) => text.slice(0, at) + random.pick(CHARS) + text.slice(at)),
  deleteCharacters: somewhere((text, at, random) => text.slice(0, at) + text.slice(at + 1 + random.below(6))),
  truncate: somewhere((text, at) => text.slice(0, at)),
  long: somewhere(
    (text, at, random) =>
      text.slice(0, at) + random.pick(['x', '🙂', ' ', '[', '{', '- ', '*a,']).repeat(5000) + text.slice(at),
  ),
  byteOrderMark: (text) => `\ufeff${text}`,
  windowsLines: (text) => text.replaceAll('\n', '\r\n'),
  oldMacLines: (text) => text.replaceAll('\n', '\r'),
  twice: (text, random) => text + random.pick(['', '\n---\n', '\n...\n']) + text,
};
