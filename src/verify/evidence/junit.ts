/** JUnit XML, in the dialect that GitHub, GitLab, Jenkins and Azure read alike: a suite per driver, a case per flow. */
import { formatPlace } from '../../shared/errors.ts';
import { type DriverName, type FlowResult, summarize, type VerifyResult } from '../result.ts';

export function junitXml(result: VerifyResult): string {
  const drivers = [...new Set(result.flows.map((flow) => flow.driver))];
  const { total, failed, error, skipped, durationMs } = result.summary;
  const counts = attributes({ tests: total, failures: failed, errors: error, skipped, time: seconds(durationMs) });
  const suites = drivers.map((driver) => suite(driver, result));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="orgproof verify" ${counts}>\n${suites.join('')}</testsuites>\n`;
}

function suite(driver: DriverName, result: VerifyResult): string {
  const flows = result.flows.filter((flow) => flow.driver === driver);
  const { total, failed, error, skipped, durationMs } = summarize(flows);
  const head = attributes({
    name: `${driver} on ${result.org}`,
    tests: total,
    failures: failed,
    errors: error,
    skipped,
    time: seconds(durationMs),
    timestamp: flows[0]?.startedAt ?? '',
  });
  return `  <testsuite ${head}>\n${flows.map(testCase).join('')}  </testsuite>\n`;
}

function testCase(flow: FlowResult): string {
  const head = attributes({ name: flow.name, classname: `orgproof.${flow.driver}`, time: seconds(flow.durationMs) });
  const steps = flow.steps.map((step) => `${step.name} (${step.durationMs} ms): ${step.detail}`).join('\n');
  const output = steps === '' ? '' : `      <system-out>${xmlText(steps)}</system-out>\n`;
  return `    <testcase ${head}>\n${outcome(flow)}${output}    </testcase>\n`;
}

function outcome({ status, failure }: FlowResult): string {
  if (status === 'passed' || failure === undefined) return status === 'skipped' ? '      <skipped/>\n' : '';
  const message = attributes({ message: failure.message });
  if (status === 'skipped') return `      <skipped ${message}/>\n`;
  const element = status === 'error' ? 'error' : 'failure';
  const place = failure.source === undefined ? [] : [formatPlace(failure.source)];
  const text = xmlText([failure.message, failure.hint, ...place].join('\n'));
  return `      <${element} ${attributes({ type: failure.code })} ${message}>${text}</${element}>\n`;
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${xmlText(String(value)).replaceAll('\n', '&#10;')}"`)
    .join(' ');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** XML 1.0 has no way to write most control characters, so they go. */
function xmlText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
