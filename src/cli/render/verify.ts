/** A verification as it runs, and its result, for people. */

import { formatPlace } from '../../shared/errors.ts';
import type { FlowResult, TimelineStep, VerifyProgress, VerifyResult } from '../../verify/index.ts';
import type { Io } from '../io.ts';

const DRIVER_TITLES = { sdk: 'okta-auth-js', guide: 'the guide’s calls', browser: 'browser' } as const;

/** Prints each flow with its timeline as soon as it is over. */
export function verifyProgressPrinter(io: Io): (progress: VerifyProgress) => void {
  let driver: string | undefined;
  return (progress) => {
    if (progress.kind === 'flow-started' && progress.driver !== driver) {
      driver = progress.driver;
      io.info('');
      io.info(io.paint('bold', `Sign-in by ${DRIVER_TITLES[progress.driver]}`));
    }
    if (progress.kind === 'flow-ended') for (const line of flowLines(progress.result, io)) io.info(line);
  };
}

function flowLines(flow: FlowResult, io: Io): string[] {
  const mark = { passed: '✓', failed: '✗', error: '!', skipped: '-' }[flow.status];
  const style = { passed: 'green', failed: 'red', error: 'red', skipped: 'dim' } as const;
  return [
    `  ${io.paint(style[flow.status], `${mark} ${flow.name}`)} ${io.paint('dim', `(${flow.durationMs} ms)`)}`,
    ...flow.steps.map((step) => `      ${stepLine(step, io)}`),
    ...(flow.failure ? failureLines(flow.failure, io) : []),
  ];
}

function stepLine(step: TimelineStep, io: Io): string {
  return `${io.paint('dim', `${String(step.durationMs).padStart(5)} ms`)}  ${step.name}${step.detail ? io.paint('dim', `  ${step.detail}`) : ''}`;
}

function failureLines(failure: NonNullable<FlowResult['failure']>, io: Io): string[] {
  return [
    `      ${io.paint('red', failure.code)}: ${failure.message}`,
    `      ${io.paint('cyan', failure.hint)}`,
    ...(failure.source ? [`      at ${formatPlace(failure.source)}`] : []),
  ];
}

/** The claims of one sign-in (when brief, the flows that failed instead), the count, and where the evidence is. */
export function renderVerification(result: VerifyResult, io: Io, brief = false): string[] {
  const { passed, total, durationMs } = result.summary;
  const signedIn = brief ? undefined : result.flows.find((flow) => flow.claims !== undefined);
  const failed = brief ? result.flows.filter((flow) => flow.failure !== undefined) : [];
  return [
    ...failed.flatMap((flow) => flowLines(flow, io)),
    ...(signedIn?.claims ? ['', `Claims of the ID token (${signedIn.name}):`, ...claimLines(signedIn.claims, io)] : []),
    '',
    ...result.warnings.map((warning) => io.paint('yellow', `warning: ${warning}`)),
    io.paint(
      passed === total ? 'green' : 'red',
      `${passed} of ${total} flows passed in ${(durationMs / 1000).toFixed(1)} s`,
    ),
    ...(result.evidence
      ? [
          `Report: ${result.evidence.report}`,
          io.paint('dim', `Also: ${result.evidence.results}, ${result.evidence.junit}`),
        ]
      : []),
  ];
}

function claimLines(claims: Record<string, unknown>, io: Io): string[] {
  const width = Math.max(...Object.keys(claims).map((name) => name.length));
  return Object.entries(claims).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `  ${io.paint('dim', name.padEnd(width))}  ${text}`;
  });
}

export { resultsAsMarkdown as verificationMarkdown } from '../../verify/index.ts';
