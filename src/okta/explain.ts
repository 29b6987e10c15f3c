/** What an API failure means to the person who ran the command, and what to do about it. */
import { OrgproofError, type SourcePlace } from '../shared/errors.ts';
import { ManagementApiError, OrgUnreachableError } from './api.ts';

/** An API failure as an {@link OrgproofError} with its remedy; other errors are returned as they are. */
export function explainApiError(error: unknown, orgUrl: string, source?: SourcePlace): unknown {
  if (error instanceof OrgUnreachableError) {
    return new OrgproofError(error.message, {
      code: 'org-unreachable',
      hint: networkHint(error, orgUrl),
      source,
      cause: error,
    });
  }
  if (!(error instanceof ManagementApiError)) return error;
  const message = error.errorId === undefined ? error.message : `${error.message} [${error.errorId}]`;
  return new OrgproofError(message, { ...refusal(error), source, cause: error });
}

function networkHint(error: OrgUnreachableError, orgUrl: string): string {
  const text = error.message;
  if (/certificate|self.signed|unable to verify/i.test(text)) {
    return 'the certificate of the org is not trusted here: NODE_EXTRA_CA_CERTS names one that is';
  }
  if (/EPROTO|wrong version number/i.test(text)) return `does ${orgUrl} speak https? Something there does not`;
  return `check the URL ${orgUrl} and the network`;
}

function refusal(error: ManagementApiError): { code: string; hint?: string } {
  if (error.status === 401 && error.errorCode !== 'E0000015') {
    return {
      code: 'credentials-refused',
      hint: error.byServiceApp
        ? 'the org does not accept the access token that it gave the service app, not even a new one: check the org URL, and proxies on the way'
        : 'the org does not accept the API token: check --token or OKTA_CLIENT_TOKEN',
    };
  }
  if (error.missingScope !== undefined) {
    return {
      code: 'scope-missing',
      hint: `the access token lacks the scope ${error.missingScope}: grant it to the app (Okta API Scopes), and name it in OKTA_CLIENT_SCOPES where that is set`,
    };
  }
  if (error.status === 403 && error.errorCode === 'E0000006') {
    return {
      code: 'permission-missing',
      hint: `the credentials lack an admin role for this request: ${roleFor(error.path)}`,
    };
  }
  if (error.status === 501)
    return { code: 'emulator-unsupported', hint: 'the emulator does not have this part of Okta' };
  const known = REMEDIES[error.errorCode] ?? REMEDIES[error.status];
  return known ? { code: known[0], hint: known[1] } : { code: 'api-refused' };
}

/** The least of Okta's standard roles that may do it, by Okta's table of them; where that says no other, the greatest. */
function roleFor(path: string): string {
  const role = ROLES.find(([pattern]) => pattern.test(path))?.[1];
  return role === undefined ? 'Super Administrator' : `${role}, or Super Administrator`;
}

const ROLES: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/v1\/apps(\/|\?|$)/, 'Application Administrator'],
  [/^\/api\/v1\/groups\/rules(\/|\?|$)/, 'Organization Administrator'],
  [/^\/api\/v1\/(groups|users)(\/|\?|$)/, 'Group Administrator'],
  [/^\/api\/v1\/authorizationServers(\/|\?|$)/, 'API Access Management Administrator'],
];

/** By Okta's error code, or by status. */
const REMEDIES: Readonly<Record<string, readonly [code: string, hint: string]>> = {
  E0000010: ['read-only', 'Okta is in read-only mode, as during maintenance: try again later, see status.okta.com'],
  E0000015: ['feature-missing', 'the org does not have this feature: ask Okta, or leave this part out of the config'],
  E0000148: [
    'in-use',
    'disable the authenticator in the policies named first: in this config, or in the Admin Console',
  ],
  E0000226: ['telephony-missing', 'connect a telephony provider or hook first (Customizations > Telephony)'],
  E0000247: ['telephony-missing', 'this org may not send SMS or voice calls: ask Okta to switch telephony on'],
  E0000264: ['telephony-missing', 'connect a telephony provider or hook first (Customizations > Telephony)'],
  invalid_dpop_proof: [
    'proof-refused',
    'the org does not accept the proof of possession (DPoP): check the clock of this machine, and proxies that rewrite URLs',
  ],
  404: ['gone', 'what the plan saw is not there any more: plan again'],
  423: ['busy', 'the org is still sorting priorities: apply again in a minute'],
  429: ['rate-limited', 'the org’s rate limit is used up: try again in a minute'],
  500: ['org-failed', 'Okta failed over it: see status.okta.com, and try again'],
  502: ['org-failed', 'Okta did not answer: see status.okta.com, and apply again'],
  503: ['org-failed', 'Okta did not answer: see status.okta.com, and apply again'],
  504: ['org-failed', 'Okta did not answer: see status.okta.com, and apply again'],
};
