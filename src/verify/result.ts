/** What `verify` gives back: stable shapes, free of secrets, ready to be printed as JSON. */
import type { SourcePlace } from '../shared/errors.ts';
import type { Choice, TimelineStep } from './outcome.ts';
import type { Screenshot, TranscriptEntry } from './screens.ts';

/** How a flow is performed: `sdk` and `guide` call okta-auth-js, `browser` walks an app in Chromium. */
export const DRIVERS = ['sdk', 'guide', 'browser'] as const;

export type DriverName = (typeof DRIVERS)[number];

export type FlowStatus = 'passed' | 'failed' | 'error' | 'skipped';

export interface FlowFailure {
  /** Stable, kebab-case. */
  code: string;
  message: string;
  hint: string;
  /** The line of the config that decides it. */
  source?: SourcePlace;
}

/** One flow by one driver. */
export interface FlowResult {
  name: string;
  driver: DriverName;
  status: FlowStatus;
  startedAt: string;
  durationMs: number;
  steps: TimelineStep[];
  /** For each choice the flow met: the authenticators offered. When Okta skips the choice, the one it took. */
  offered: string[][];
  /** Claims of the ID token, when the flow ended signed in. */
  claims?: Record<string, unknown>;
  failure?: FlowFailure;
}

export interface VerifySummary {
  total: number;
  passed: number;
  failed: number;
  error: number;
  skipped: number;
  durationMs: number;
}

/** Where the evidence was written. */
export interface EvidenceFiles {
  directory: string;
  results: string;
  junit: string;
  report: string;
}

export interface VerifyResult {
  formatVersion: 1;
  /** The org's URL. */
  org: string;
  flows: FlowResult[];
  summary: VerifySummary;
  /** What went wrong beside the flows, e.g. an ephemeral user that could not be deleted. */
  warnings: string[];
  evidence?: EvidenceFiles;
}

/** A result with what only the evidence shows. */
export interface FlowRecord {
  result: FlowResult;
  user: string;
  app: string;
  choices: Choice[];
  transcript: TranscriptEntry[];
  screenshots: Screenshot[];
}

export function summarize(flows: readonly FlowResult[]): VerifySummary {
  const count = (status: FlowStatus) => flows.filter((flow) => flow.status === status).length;
  return {
    total: flows.length,
    passed: count('passed'),
    failed: count('failed'),
    error: count('error'),
    skipped: count('skipped'),
    durationMs: flows.reduce((sum, flow) => sum + flow.durationMs, 0),
  };
}
