/** Okta's own client, unmodified, for the organization and app of a test. */
import { OktaAuth, type OktaAuthOptions } from '@okta/okta-auth-js';
import { REDIRECT_URI, type SignInOrg } from './sign-in.ts';

/** A client with a memory of its own, as a server keeps one per user. */
export function oktaAuth(org: SignInOrg, more: Partial<OktaAuthOptions> = {}): OktaAuth {
  const memory = new Map<string, string>();
  const storageProvider = {
    getItem: (key: string) => memory.get(key) ?? null,
    setItem: (key: string, value: string) => void memory.set(key, value),
    removeItem: (key: string) => void memory.delete(key),
  };
  const section = { storageProvider };
  return new OktaAuth({
    issuer: org.issuer,
    clientId: org.clientId,
    clientSecret: org.clientSecret,
    redirectUri: REDIRECT_URI,
    scopes: ['openid', 'profile', 'email'],
    storageManager: { token: section, cache: section, transaction: section, 'shared-transaction': section },
    ...more,
  });
}

/** As Okta's samples make it: legacy mode, one method per page. */
export function legacyOktaAuth(org: SignInOrg): OktaAuth {
  return oktaAuth(org, { idx: { enableLegacyMode: true } });
}
