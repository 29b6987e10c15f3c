/** Names as people give them, and as they trip a tool up: separators, quotes, YAML's own signs, other scripts, full length. */
import fc from 'fast-check';

const PARTS = [
  ...[
    '/',
    '~',
    '~1',
    '~0',
    '"',
    "'",
    '\\',
    ':',
    ': ',
    ' #',
    '{',
    '}',
    '[',
    ']',
    ',',
    '&',
    '*',
    '!',
    '|',
    '>',
    '%',
    '@',
  ],
  ...['`', '?', '- ', '${', '$${', '}', '.', '..', '<<', '---', 'null', 'true', '1', '0x1F', '1e3', '2026-11-24', '='],
  ...['ä', 'ß', 'e\u0301', '漢字', '🙂', 'אב', 'İ', 'a', 'B', ' ', 'Team', 'and phone', '+', '&amp;', '__proto__'],
];

/** No half of a surrogate pair. */
const WELL_FORMED = /^[^\ud800-\udfff]*$/u;

/** Names that objects of a fresh org, or of Okta itself, have already. */
const TAKEN = new Set([
  'everyone',
  'okta administrators',
  'default policy',
  'catch-all rule',
  'default rule',
  'default',
]);

const plain = fc.constantFrom('Phone testers', 'Staff', 'Password and phone', 'Mobile', 'Partners', 'A', 'b', 'Ops 2');
const odd = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 7 }).map((parts) => parts.join('').trim());
const long = odd.map((text) => text.padEnd(50, 'x').slice(0, 49).concat('y'));

/** 1 to 50 characters, without blanks at either end. */
export const name = fc
  .oneof({ weight: 2, arbitrary: plain }, { weight: 3, arbitrary: odd }, { weight: 1, arbitrary: long })
  .filter((text) => text !== '' && text.length <= 50 && WELL_FORMED.test(text) && !TAKEN.has(folded(text)));

/** As many names as asked for, no two alike to a reader who ignores case. */
export function names(count: number): fc.Arbitrary<string[]> {
  return fc.uniqueArray(name, { minLength: count, maxLength: count, selector: folded });
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
