/** `npm run generate`: writes the files that are made from the source; `--check` fails when one is not current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { configJsonSchema } from '../src/config/schema.ts';
import { emulatorCoverage } from '../src/emulator/coverage.ts';
import { coveragePage } from './generate/coverage.ts';
import { referencePage } from './generate/reference.ts';

const files: Record<string, string> = {
  'config/schema.json': `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  'config/reference.md': referencePage(configJsonSchema()),
  'src/emulator/coverage.md': coveragePage(emulatorCoverage()),
};

const check = process.argv.includes('--check');
const stale = Object.entries(files).filter(([file, content]) => content !== current(file));
for (const [file, content] of stale) {
  if (!check) writeFileSync(file, content);
  console.log(check ? `${file} is not current: run npm run generate` : `wrote ${file}`);
}
if (stale.length === 0) console.log(`${Object.keys(files).length} generated files are current`);
process.exitCode = check && stale.length > 0 ? 1 : 0;

function current(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
