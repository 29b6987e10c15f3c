import { EXIT, OrgproofError } from '../shared/errors.ts';

/** The refusal of an org that has no Identity Engine. */
export function classicEngine(orgUrl: string, cause?: unknown): OrgproofError {
  return new OrgproofError(`${orgUrl} runs Okta Classic Engine, which has no app sign-in policies`, {
    code: 'classic-engine',
    hint: 'orgproof needs an Identity Engine org; ask Okta to upgrade this one, or use an Integrator org',
    exitCode: EXIT.failed,
    cause,
  });
}
