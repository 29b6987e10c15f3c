/** What an admin sets in the Admin Console and no config has a word for: it has to survive every apply. */
import fc from 'fast-check';
import type { TestOrg, Untyped } from '../support/emulator.ts';

export type Edit = (org: TestOrg) => Promise<unknown>;

/** Some of the edits, in any order. */
export const edits: fc.Arbitrary<Edit[]> = fc.shuffledSubarray<Edit>([
  eachOf('/api/v1/apps?limit=200', (app) => ({
    method: 'PUT',
    path: `/api/v1/apps/${app.id}`,
    body: {
      ...app,
      visibility: { ...app.visibility, hide: { iOS: true, web: false } },
      settings: {
        ...app.settings,
        notes: { admin: 'ours', enduser: null },
        oauthClient: {
          ...app.settings?.oauthClient,
          client_uri: 'https://about.example.com',
          consent_method: 'REQUIRED',
        },
      },
    },
    when: app.name === 'oidc_client',
  })),
  eachOf('/api/v1/users?limit=200', (user) => ({
    method: 'POST',
    path: `/api/v1/users/${user.id}`,
    body: { profile: { nickName: 'Nick', department: 'R & D' } },
    when: true,
  })),
  eachRule('ACCESS_POLICY', (rule) => ({
    ...rule,
    conditions: rule.system
      ? rule.conditions
      : { ...rule.conditions, network: { connection: 'ANYWHERE' }, riskScore: { level: 'LOW' } },
  })),
  eachRule('MFA_ENROLL', (rule) => ({
    ...rule,
    conditions: { ...rule.conditions, network: { connection: 'ANYWHERE' } },
  })),
  eachOf('/api/v1/trustedOrigins?limit=200', (origin) => ({
    method: 'PUT',
    path: `/api/v1/trustedOrigins/${origin.id}`,
    body: {
      ...origin,
      scopes: origin.scopes.map((scope: Untyped) =>
        scope.type === 'IFRAME_EMBED' ? { ...scope, allowedOktaApps: ['OKTA_ENDUSER'] } : scope,
      ),
    },
    when: true,
  })),
]);

interface Call {
  method: string;
  path: string;
  body: unknown;
  when: boolean;
}

function eachOf(list: string, edit: (one: Untyped) => Call): Edit {
  return async (org) => {
    for (const one of await org.ok<Untyped[]>('GET', list)) {
      const { method, path, body, when } = edit(one);
      if (when) await org.ok(method, path, body);
    }
  };
}

function eachRule(type: string, edit: (rule: Untyped) => Untyped): Edit {
  return async (org) => {
    for (const policy of await org.ok<Untyped[]>('GET', `/api/v1/policies?type=${type}`)) {
      const path = `/api/v1/policies/${policy.id}/rules`;
      for (const rule of await org.ok<Untyped[]>('GET', path)) await org.ok('PUT', `${path}/${rule.id}`, edit(rule));
    }
  };
}
