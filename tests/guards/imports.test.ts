import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which folders of src each folder may import from; its own is always allowed. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  shared: [],
  wire: [],
  engine: ['shared'],
  policy: ['wire', 'shared'],
  okta: ['wire', 'shared'],
  guard: ['okta', 'policy', 'wire', 'shared'],
  kinds: ['engine', 'okta', 'wire', 'shared'],
  emulator: ['policy', 'wire', 'shared'],
  verify: ['okta', 'policy', 'wire', 'shared'],
  doctor: ['okta', 'wire', 'shared'],
  config: ['kinds', 'engine', 'policy', 'verify', 'wire', 'shared'],
  provision: ['config', 'kinds', 'engine', 'guard', 'okta', 'policy', 'verify', 'wire', 'shared'],
  cli: ['provision', 'doctor', 'config', 'engine', 'okta', 'verify', 'emulator', 'shared'],
  'index.ts': ['provision', 'config', 'okta', 'verify', 'shared'],
};

const SRC = resolve('src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, target = '']) =>
    relative(SRC, resolve(SRC, dirname(file), target)),
  );
}

const folderOf = (file: string) => file.split('/')[0] ?? file;

describe('who may import whom', () => {
  it.each(Object.keys(MAY_IMPORT))('src/%s', (folder) => {
    const own = files.filter((file) => folderOf(file) === folder);
    expect(own.length).toBeGreaterThan(0);
    const foreign = own.flatMap((file) =>
      importsOf(file)
        .filter((target) => folderOf(target) !== folder && !MAY_IMPORT[folder]?.includes(folderOf(target)))
        .map((target) => `${file} imports ${target}`),
    );
    expect(foreign).toEqual([]);
  });

  it('every folder of src has a rule', () => {
    expect([...new Set(files.map(folderOf))].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it('the engine knows no kind by name', () => {
    const kinds =
      /\b(authenticator|enrollmentPolicy|appSignIn|trustedOrigin|authorizationServer|okta_|users?|groups?|apps?)\b/;
    const text = files
      .filter((file) => folderOf(file) === 'engine')
      .map((file) => readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''))
      .join('\n');
    expect(text.match(kinds)).toBeNull();
  });

  it('only the command line exits or touches the console', () => {
    const offenders = files
      .filter((file) => folderOf(file) !== 'cli')
      .filter((file) =>
        /process\.exit|\bconsole\.(log|info|warn|error|debug)\b|process\.std(out|err)/.test(
          readFileSync(join(SRC, file), 'utf8'),
        ),
      );
    expect(offenders).toEqual([]);
  });
});
