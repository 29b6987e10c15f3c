/** Writes the evidence of a run: results.json for programs, junit.xml for CI, report.html for people, the screenshots. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvidenceFiles, FlowRecord, VerifyResult } from '../result.ts';
import { junitXml } from './junit.ts';
import { reportHtml } from './report.ts';

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
  const screenshots = join(directory, 'screenshots');
  await mkdir(screenshots, { recursive: true });
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
