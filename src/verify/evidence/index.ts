/** Writes the evidence of a run: results.json for programs, junit.xml for CI, report.html for people, the screenshots. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { EvidenceFiles, FlowRecord, VerifyResult } from '../result.ts';
import { junitXml } from './junit.ts';
import { reportHtml } from './report.ts';

const SCREENSHOTS = 'screenshots';

/**
 * Makes the folder and proves that it can be written to: before the first flow, since results that cannot be kept are
 * lost.
 * @throws the error of the file system
 */
export async function prepareEvidence(directory: string): Promise<void> {
  const screenshots = resolve(directory, SCREENSHOTS);
  // One folder at a time: on file systems such as /proc Node's own recursive mkdir never returns (Node 20).
  const missing: string[] = [];
  for (let folder = screenshots; !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) await mkdir(folder);
  const probe = join(screenshots, '.probe');
  await writeFile(probe, '');
  await rm(probe);
}

/**
 * Everything given here is redacted already. The files of an earlier run in the same folder are replaced.
 *
 * @param startedAt milliseconds since the epoch
 */
export async function writeEvidence(
  directory: string,
  result: VerifyResult,
  records: readonly FlowRecord[],
  startedAt: number,
): Promise<EvidenceFiles> {
  await prepareEvidence(directory);
  const screenshots = join(directory, SCREENSHOTS);
  await removeOwnScreenshots(screenshots);
  const files: EvidenceFiles = {
    directory,
    results: join(directory, 'results.json'),
    junit: join(directory, 'junit.xml'),
    report: join(directory, 'report.html'),
  };
  await writeFile(files.results, `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(files.junit, junitXml(result));
  await writeFile(files.report, await reportHtml(result, records, startedAt));
  for (const { name, png } of namedScreenshots(records)) await writeFile(join(screenshots, name), png);
  return files;
}

/** Those of an earlier run, and nothing else: the folder may be anybody's. */
async function removeOwnScreenshots(folder: string): Promise<void> {
  const own = (await readdir(folder)).filter((name) => /--\d\d-[a-z-]+\.png$/.test(name));
  await Promise.all(own.map((name) => rm(join(folder, name))));
}

function namedScreenshots(records: readonly FlowRecord[]): { name: string; png: Uint8Array }[] {
  return records.flatMap(({ result, screenshots }) =>
    screenshots.map(({ name, png }, index) => {
      const flow = result.name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '')
        .slice(0, 60);
      return { name: `${flow}--${String(index + 1).padStart(2, '0')}-${name}.png`, png };
    }),
  );
}
