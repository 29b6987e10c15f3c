/** A summary in Markdown, e.g. for `$GITHUB_STEP_SUMMARY`. */
import { formatPlace } from '../../shared/errors.ts';
import type { FlowResult, FlowStatus, VerifyResult } from '../result.ts';

const MARKS: Record<FlowStatus, string> = { passed: '✅', failed: '❌', error: '💥', skipped: '⏭️' };

export function resultsAsMarkdown(result: VerifyResult): string {
  const { passed, total, durationMs } = result.summary;
  const head = `### Sign-in verification of ${result.org}: ${passed} of ${total} passed in ${(durationMs / 1000).toFixed(1)} s`;
  const rows = result.flows.map(
    (flow) => `| ${MARKS[flow.status]} ${flow.status} | ${cell(flow.name)} | ${flow.driver} | ${flow.durationMs} ms |`,
  );
  const failures = result.flows.filter((flow) => flow.failure !== undefined).map(failureItem);
  const table = ['| | Flow | Driver | Time |', '|---|---|---|---|', ...rows].join('\n');
  return `${[head, table, ...(failures.length === 0 ? [] : [failures.join('\n')])].join('\n\n')}\n`;
}

function failureItem({ name, driver, failure }: FlowResult): string {
  const place = failure?.source === undefined ? '' : ` (\`${formatPlace(failure.source)}\`)`;
  return `- **${cell(name)}** (${driver}), \`${failure?.code}\`: ${cell(failure?.message ?? '')} ${cell(failure?.hint ?? '')}${place}`;
}

function cell(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
