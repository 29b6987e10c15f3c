/** Compares what a flow saw with what it expects. Pure; the first mismatch by weight is the one reported. */
import { isDeepStrictEqual } from 'node:util';
import type { Expectation } from './flow.ts';
import type { Choice, Mismatch, Performance } from './outcome.ts';
import type { Screen } from './screens.ts';

/**
 * The mismatch to report, if any. What was offered weighs most, since it explains why a later step did not fit; a step
 * that could not be done weighs more than how the flow ended.
 */
export function judge(expect: Expectation, seen: Omit<Performance, 'error'>): Mismatch | undefined {
  return (
    offeredMismatch(expect, seen.choices) ??
    seen.mismatch ??
    endMismatch(expect, seen) ??
    nothingOffered(expect, seen.choices) ??
    messageMismatch(expect, seen.screen) ??
    claimsMismatch(expect, seen.screen)
  );
}

function offeredMismatch(expect: Expectation, choices: readonly Choice[]): Mismatch | undefined {
  for (const choice of choices) {
    const { authenticators: actual, purpose } = choice;
    const unwanted = (expect.notOffered ?? []).filter((name) => actual.includes(name));
    if (unwanted.length > 0) {
      return { kind: 'offered', purpose, expected: expect.offered ?? [], actual, unwanted, missing: [] };
    }
    if (expect.offered === undefined || choice.role !== 'taken') continue;
    const expected = expect.offered;
    const extra = actual.filter((name) => !expected.includes(name));
    const missing = expected.filter((name) => !actual.includes(name));
    if (extra.length + missing.length > 0) {
      return { kind: 'offered', purpose, expected, actual, unwanted: extra, missing };
    }
  }
  return undefined;
}

/** What a flow expects to be offered was to be offered: one that never comes to a choice does not prove it. */
function nothingOffered(expect: Expectation, choices: readonly Choice[]): Mismatch | undefined {
  if (expect.offered === undefined || expect.offered.length === 0) return undefined;
  const taken = choices.some((choice) => choice.role === 'taken');
  return taken ? undefined : { kind: 'nothing-offered', expected: expect.offered };
}

function endMismatch(expect: Expectation, seen: Omit<Performance, 'error'>): Mismatch | undefined {
  const { screen, remaining } = seen;
  if (screen === undefined) return undefined;
  if (screen.kind === 'signed-in') {
    if (!expect.signedIn) return { kind: 'signed-in-unexpectedly' };
    return remaining.length > 0 ? { kind: 'signed-in-early', remaining } : undefined;
  }
  if (remaining[0] !== undefined) return { kind: 'wrong-screen', step: remaining[0], screen };
  return expect.signedIn ? { kind: 'not-signed-in', screen } : undefined;
}

function messageMismatch(expect: Expectation, screen: Screen | undefined): Mismatch | undefined {
  if (expect.message === undefined) return undefined;
  const seen = (screen?.messages ?? []).map((message) => message.text);
  return seen.includes(expect.message) ? undefined : { kind: 'message', expected: expect.message, seen };
}

function claimsMismatch(expect: Expectation, screen: Screen | undefined): Mismatch | undefined {
  const claims: Record<string, unknown> = screen?.kind === 'signed-in' ? screen.claims : {};
  const { amr: actual } = claims;
  const amr = Array.isArray(actual) ? actual : [];
  if (expect.amr !== undefined && !expect.amr.every((value) => amr.includes(value))) {
    return { kind: 'amr', expected: expect.amr, actual };
  }
  for (const [name, expected] of Object.entries(expect.claims ?? {})) {
    if (!isDeepStrictEqual(claims[name], expected)) return { kind: 'claim', name, expected, actual: claims[name] };
  }
  return undefined;
}
