/** Reads a refusal: Okta's code or message key says what was refused, the org says which object decides it. */
import { addressFor } from '../../shared/address.ts';
import type { Screen } from '../screens.ts';
import { assuranceCause } from './assurance.ts';
import { type Cause, place } from './cause.ts';
import type { LiveOrg } from './live-org.ts';

type Explain = (org: LiveOrg, screen: Screen) => Cause | undefined | Promise<Cause | undefined>;

/** By error code of OAuth or i18n key of IDX (recorded unless the sign-in reference marks it as seen in mocks only). */
const EXPLANATIONS: Record<string, Explain> = {
  access_denied: oauthAccessDenied,
  unauthorized_client: interactionCodeMissingOnApp,
  invalid_client: clientRefused,
  invalid_request: redirectRefused,
  'idx.error.code.no_matching_policy': noMatchingPolicy,
  'idx.error.user.not.assigned.to.app': notAssigned,
  'idx.error.code.user_not_assigned': notAssigned,
  'oie.assurance.unsatisfiable': assuranceCause,
  'security.access_denied': accessDenied,
  'errors.E0000004': authenticationFailed,
  incorrectPassword: authenticationFailed,
  'idx.unknown.user': userMissing,
  'authfactor.challenge.suspended_factor': factorSuspended,
  'api.authn.error.PASSCODE_INVALID': codeRefused,
  tooManyRequests: limited,
  'oie.tooManyRequests': limited,
  'errors.E0000150': limited,
  'errors.E0000151': limited,
  E0000047: limited,
  'api.factors.error.sms.invalid_phone': phoneNumberRefused,
  'idx.session.expired': expired,
};

/** The cause of a refusal by what Okta says on the screen; undefined when it says nothing that is known. */
export async function refusalCause(org: LiveOrg, screen: Screen): Promise<Cause | undefined> {
  const code = screen.kind === 'refused' ? screen.code : undefined;
  for (const key of [code, ...screen.messages.map((message) => message.key)]) {
    const cause = key === undefined ? undefined : await EXPLANATIONS[key]?.(org, screen);
    if (cause !== undefined) return cause;
  }
  return undefined;
}

/** `interact` says so when embedded sign-in is off; the token endpoint when the user may not use the app. */
async function oauthAccessDenied(org: LiveOrg, screen: Screen): Promise<Cause> {
  if (!said(screen).includes('feature is not enabled')) {
    return (await org.isAssigned()) ? accessDenied(org, screen) : notAssigned(org);
  }
  return {
    code: 'embedded-sign-in-off',
    message: `The org refuses sign-in by an app's own screens: ${said(screen)}`,
    hint: 'Switch on Settings > Account > Embedded widget sign-in support in the Admin Console; it has no public API.',
  };
}

function interactionCodeMissingOnApp(org: LiveOrg): Cause {
  const grants = org.app.settings.oauthClient?.grant_types ?? [];
  return {
    code: 'interaction-code-missing-on-app',
    message: `App "${org.app.label}" may not use the Interaction Code grant; its grants are ${grants.join(', ')}.`,
    hint: `Add interaction code to grantTypes of app "${org.app.label}".`,
    ...place(addressFor('app', org.app.label), 'grantTypes'),
  };
}

function clientRefused(org: LiveOrg, screen: Screen): Cause {
  return {
    code: 'client-refused',
    message: `The org does not accept the client id or secret of app "${org.app.label}": ${said(screen)}`,
    hint: 'Check that the app is active and that its secret was not rotated away.',
    ...place(addressFor('app', org.app.label)),
  };
}

function redirectRefused(org: LiveOrg, screen: Screen): Cause | undefined {
  if (!said(screen).includes('redirect_uri')) return undefined;
  return {
    code: 'redirect-uri-refused',
    message: `The org does not accept the redirect URI of app "${org.app.label}": ${said(screen)}`,
    hint: 'Declare the sign-in redirect URI that the app uses.',
    ...place(addressFor('app', org.app.label), 'redirectUris'),
  };
}

async function noMatchingPolicy(org: LiveOrg, screen: Screen): Promise<Cause> {
  const rules = await org.authorizationRules();
  const [first] = rules;
  if (rules.some(({ rule }) => rule.conditions.grantTypes.include.includes('interaction_code'))) {
    return accessDenied(org, screen);
  }
  return {
    code: 'interaction-code-missing-on-authorization-server',
    message:
      'No rule of the authorization server "default" allows the Interaction Code grant to ' +
      `app "${org.app.label}", so Okta finds no matching policy.`,
    hint: 'Add interaction code to grantTypes of the rule that serves the app.',
    ...(first === undefined
      ? place('authorizationServer/default')
      : place(
          addressFor('authorizationServerPolicyRule', 'default', first.policy.name, first.rule.name),
          'grantTypes',
        )),
  };
}

function notAssigned(org: LiveOrg): Cause {
  return {
    code: 'user-not-assigned',
    message: `${org.login} is not assigned to app "${org.app.label}".`,
    hint: `Add a group of the user to assignedTo of app "${org.app.label}".`,
    ...place(addressFor('app', org.app.label), 'assignedTo'),
  };
}

async function accessDenied(org: LiveOrg, screen: Screen): Promise<Cause> {
  const decision = await org.appSignIn();
  const rule = decision?.rule;
  if (decision === undefined || rule?.actions.appSignOn?.access !== 'DENY') {
    return {
      code: 'access-denied',
      message: `Okta denies access to ${org.login}: ${said(screen)}`,
      hint: 'See the System Log for the policy that was evaluated.',
    };
  }
  return {
    code: 'access-denied',
    message: `Rule "${rule.name}" of app sign-in policy "${decision.policy.name}" denies access to ${org.login}.`,
    hint: 'Put a rule that allows the user above it, or set its access to allowed.',
    ...place(addressFor('appSignInPolicyRule', decision.policy.name, rule.name), 'access'),
  };
}

/** Okta answers a wrong password, a locked and a suspended user alike; the Management API tells them apart. */
async function authenticationFailed(org: LiveOrg, screen: Screen): Promise<Cause> {
  const user = await org.user();
  if (user === undefined) return userMissing(org);
  const state = {
    LOCKED_OUT: ['user-locked', 'is locked out', 'Unlock the user, and give each flow that fails on purpose its own.'],
    SUSPENDED: ['user-suspended', 'is suspended', 'Unsuspend the user.'],
    DEPROVISIONED: ['user-deactivated', 'is deactivated', 'Activate the user, or declare another.'],
    STAGED: ['user-not-active', 'was never activated', 'Activate the user.'],
    PROVISIONED: ['user-not-active', 'has not finished activation', 'Set a password for the user.'],
    RECOVERY: ['user-not-active', 'is in password recovery', 'Set a password for the user.'],
    PASSWORD_EXPIRED: ['password-expired', 'has an expired password', 'Set a new password for the user.'],
    ACTIVE: undefined,
  }[user.status];
  if (state === undefined) {
    return {
      code: 'wrong-password',
      message: `Okta does not accept the password of ${org.login}: ${said(screen)}`,
      hint: 'The user is active, so the password that this run was given is not the one the org has.',
      ...place(addressFor('user', org.login), 'password'),
    };
  }
  const [code = '', what = '', hint = ''] = state;
  return { code, message: `${org.login} ${what}.`, hint, ...place(addressFor('user', org.login)) };
}

function userMissing(org: LiveOrg): Cause {
  return {
    code: 'user-missing',
    message: `The org has no user ${org.login}.`,
    hint: 'Apply the config first, or use an ephemeral user.',
    ...place(addressFor('user', org.login)),
  };
}

function factorSuspended(org: LiveOrg, screen: Screen): Cause {
  return {
    code: 'authenticator-suspended',
    message: `${said(screen)} (${org.login})`,
    hint: 'Wait until Okta lifts it, and give each flow that fails on purpose a user of its own.',
  };
}

function codeRefused(_org: LiveOrg, screen: Screen): Cause {
  return {
    code: 'code-refused',
    message: `Okta does not accept the code: ${said(screen)}`,
    hint: 'The code was another one’s, was replaced by a later one, or has expired. Use one number per user.',
  };
}

function limited(_org: LiveOrg, screen: Screen): Cause {
  return {
    code: 'rate-limited',
    message: `Okta limits this sign-in: ${said(screen)}`,
    hint: 'Wait and run fewer flows at a time on this number and user.',
  };
}

function phoneNumberRefused(org: LiveOrg, screen: Screen): Cause {
  return {
    code: 'phone-number-refused',
    message: `Okta does not accept the phone number of ${org.login}: ${said(screen)}`,
    hint: 'Give a mobile number in E.164 form: +14155550132.',
  };
}

function expired(_org: LiveOrg, screen: Screen): Cause {
  return {
    code: 'transaction-expired',
    message: `Okta ended the sign-in: ${said(screen)}`,
    hint: 'The steps took longer than the transaction lives; run the flow again.',
  };
}

/** What the screen says, as a sentence. */
export function said(screen: Screen): string {
  const texts = screen.messages.map((message) => message.text);
  if (texts.length > 0) return texts.join(' ');
  return screen.kind === 'refused' ? `no message (${screen.code ?? 'no code'}).` : 'no message.';
}
