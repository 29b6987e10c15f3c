/**
 * orgproof as a library. `orgproof/emulator` is the embedded org. Not exported on purpose: the kinds and the engine, whose
 * interfaces may still change.
 */
export { type Config, type LoadOptions, loadConfig } from './config/load.ts';
export { ConfigError, type Problem } from './config/problems.ts';
export { configJsonSchema } from './config/schema.ts';
export { isNotFound, ManagementApiError, type OktaApi, OrgUnreachableError } from './okta/api.ts';
export { type Credentials, connect, type Target } from './okta/client.ts';
export { memoisingReader } from './okta/reader.ts';
export { type Guarded, type GuardOptions, guardPlan, type Lockout } from './provision/guard.ts';
export {
  type ApplyOptions,
  applyOrg,
  type OrgApplyResult,
  type OrgPlan,
  type PlanOptions,
  planOrg,
} from './provision/index.ts';
export { fileLedger, type Ledger, memoryLedger } from './provision/ledger.ts';
export { type VerifyConfigOptions, verifyConfig } from './provision/verify.ts';
export { EXIT, OrgproofError, type SourcePlace } from './shared/errors.ts';
export type { FlowResult, VerifyResult } from './verify/index.ts';
