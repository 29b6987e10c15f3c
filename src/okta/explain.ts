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
  if (error.status === 401) {
    return {
      code: 'credentials-refused',
      hint: 'the org does not accept the API token: check --token or OKTA_CLIENT_TOKEN',
    };
  }
  if (error.status === 403 && error.errorCode === 'E0000006') {
    return { code: 'permission-missing', hint: 'the credentials lack an admin role or scope for this request' };
  }
  if (error.status === 429)
    return { code: 'rate-limited', hint: 'the org’s rate limit is used up: try again in a minute' };
  if (error.status === 501)
    return { code: 'emulator-unsupported', hint: 'the emulator does not have this part of Okta' };
  return { code: 'api-refused' };
}
