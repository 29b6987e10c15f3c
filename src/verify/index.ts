/** Verification: performs sign-ins against an org, by its URL alone, and keeps the evidence. */
export { findBrowser } from './browser/find.ts';
export { EmulatorCodeSource, isEmulator } from './codes/emulator.ts';
export type { CodeRecipient, CodeSource, CodeTicket, ReceivedCode } from './codes/source.ts';
export type { Locate, Place } from './diagnosis/index.ts';
export { resultsAsMarkdown } from './evidence/markdown.ts';
export type { Expectation, Flow, FlowUser } from './flow.ts';
export type { AppSettings } from './idx/client.ts';
export type { TimelineStep } from './outcome.ts';
export type {
  DriverName,
  EvidenceFiles,
  FlowFailure,
  FlowResult,
  FlowStatus,
  VerifyResult,
  VerifySummary,
} from './result.ts';
export { type KnownUser, type VerifyOptions, type VerifyProgress, verify } from './verify.ts';
