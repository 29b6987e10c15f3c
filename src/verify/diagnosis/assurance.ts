/** Why the factors of a user do not satisfy the app's sign-in rule, or satisfy it too early. */
import { addressFor } from '../../shared/address.ts';
import { type Cause, place } from './cause.ts';
import type { LiveOrg } from './live-org.ts';
import { phoneCause } from './phone.ts';

const FIELD = 'userMustAuthenticateWith';

/** The rule asks for more than the user can show: device-bound factors, or a phone that is not to be had. */
export async function assuranceCause(org: LiveOrg): Promise<Cause | undefined> {
  return (await deviceBoundCause(org)) ?? (await phoneCause(org, 'enrol')) ?? unsatisfiableCause(org);
}

/** SMS, voice call and email are possession factors, and not bound to a device. */
export async function deviceBoundCause(org: LiveOrg): Promise<Cause | undefined> {
  const decision = await org.appSignIn();
  const constraints = decision?.rule?.actions.appSignOn?.verificationMethod.constraints ?? [];
  const deviceBound =
    constraints.length > 0 && constraints.every((each) => each.possession?.deviceBound === 'REQUIRED');
  if (decision?.rule === undefined || !deviceBound) return undefined;
  const { policy, rule } = decision;
  return {
    code: 'device-bound-required',
    message:
      `Rule "${rule.name}" of app sign-in policy "${policy.name}" requires a device-bound possession factor; ` +
      'a code to the phone is none.',
    ...(constraints.some((each) => each.knowledge)
      ? {
          hint: `Take device bound out of possessionFactorMustBe in rule "${rule.name}".`,
          ...place(addressFor('appSignInPolicyRule', policy.name, rule.name), 'possessionFactorMustBe'),
        }
      : {
          hint: `Set ${FIELD} to password + another factor in rule "${rule.name}": a new policy's catch-all starts out device-bound.`,
          ...place(addressFor('appSignInPolicyRule', policy.name, rule.name), FIELD),
        }),
  };
}

async function unsatisfiableCause(org: LiveOrg): Promise<Cause> {
  const decision = await org.appSignIn();
  const rule = decision?.rule;
  return {
    code: 'policy-unsatisfiable',
    message:
      rule === undefined
        ? `No rule of the app's sign-in policy applies to ${org.login}.`
        : `${org.login} has no authenticators that satisfy rule "${rule.name}" of app sign-in policy "${decision?.policy.name}".`,
    hint: 'Compare what the rule demands with what the enrollment policy lets the user enrol.',
    ...(rule === undefined
      ? {}
      : place(addressFor('appSignInPolicyRule', decision?.policy.name ?? '', rule.name), FIELD)),
  };
}

/** The user is signed in although steps are left. */
export async function tooEarlyCause(org: LiveOrg, remaining: string): Promise<Cause> {
  const decision = await org.appSignIn();
  const rule = decision?.rule;
  const demand = rule?.actions.appSignOn?.verificationMethod;
  if (decision === undefined || rule === undefined || demand?.factorMode !== '1FA') {
    return {
      code: 'signed-in-early',
      message: `${org.login} is signed in before "${remaining}".`,
      hint: 'The org asked for less than the flow expects; see which rule applied in the System Log.',
    };
  }
  return {
    code: 'one-factor-enough',
    message:
      `${org.login} is signed in before "${remaining}": rule "${rule.name}" of app sign-in policy ` +
      `"${decision.policy.name}" is content with one factor.`,
    hint: `Set ${FIELD} to password + another factor in rule "${rule.name}".`,
    ...place(addressFor('appSignInPolicyRule', decision.policy.name, rule.name), FIELD),
  };
}
