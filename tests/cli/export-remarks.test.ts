import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Application } from '../../src/wire/application.ts';
import type { Group } from '../../src/wire/directory.ts';
import type { Policy, PolicyRule } from '../../src/wire/policy.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';
import { exporter, signInRule } from '../support/export.ts';
import { webApp } from '../support/web-app.ts';

const org = testOrg();
beforeEach(() => org.reset());

const { exportThatPlansEmpty } = exporter(org);

describe('what the config has no words for', () => {
  async function policyWithRules(...rules: object[]): Promise<Policy> {
    const policy = await org.ok<Policy>('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Odd' });
    for (const rule of rules) await org.ok('POST', `/api/v1/policies/${policy.id}/rules`, rule);
    return policy;
  }

  it('writes zones, and the rules that name them', async () => {
    const zone = await org.ok<{ id: string }>('POST', '/api/v1/zones', {
      type: 'IP',
      name: 'Office',
      status: 'ACTIVE',
      gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }],
    });
    await policyWithRules(
      signInRule('In the office', { conditions: { network: { connection: 'ZONE', include: [zone.id] } } }),
    );
    const config = parse(await exportThatPlansEmpty());
    expect(config.networkZones).toEqual([
      { name: 'Office', type: 'ip', usedFor: 'policies', gateways: ['203.0.113.0/24'], proxies: [], status: 'active' },
    ]);
    expect(config.appSignInPolicies[0].rules[0]).toMatchObject({ name: 'In the office', networkZones: ['Office'] });
  });

  it('leaves a policy out whole when one of its rules has no words: those after it would be for more people', async () => {
    await policyWithRules(
      signInRule('Registered devices', { conditions: { device: { registered: true, managed: false } } }),
      signInRule('Plain', {}),
    );
    const text = await exportThatPlansEmpty();
    expect(parse(text).appSignInPolicies).toBeUndefined();
    expect(text).toContain(
      '# left out: app sign-in policy "Odd": it would lack its "Registered devices", and what comes after would be for more people',
    );
  });

  it('leaves a rule out alone when it is switched off', async () => {
    const policy = await policyWithRules(
      signInRule('Either', {}, [{ knowledge: { types: ['password'] } }, { possession: { methods: ['sms'] } }]),
      signInRule('Plain', {}),
    );
    const [rule] = await org.ok<PolicyRule[]>('GET', `/api/v1/policies/${policy.id}/rules`);
    await org.api('POST', `/api/v1/policies/${policy.id}/rules/${rule?.id}/lifecycle/deactivate`);
    const text = await exportThatPlansEmpty();
    const [exportedPolicy] = parse(text).appSignInPolicies;
    expect(exportedPolicy.rules.map((one: Untyped) => one.name)).toEqual(['Plain', 'Catch-all Rule']);
    expect(text).toContain(
      '  # left out: app sign-in policy rule "Either": what it demands has no words in the config\n  - name: Odd\n',
    );
  });

  it('keeps the catch-all rule, less its demand', async () => {
    const policy = await policyWithRules();
    const path = `/api/v1/policies/${policy.id}/rules`;
    const [rule] = await org.ok<PolicyRule[]>('GET', path);
    const method = {
      type: 'ASSURANCE',
      factorMode: '2FA',
      reauthenticateIn: 'PT2H',
      constraints: [{ possession: { methods: ['sms'] } }],
    };
    await org.ok('PUT', `${path}/${rule?.id}`, {
      ...rule,
      actions: { appSignOn: { access: 'ALLOW', verificationMethod: method } },
    });
    const text = await exportThatPlansEmpty();
    expect(parse(text).appSignInPolicies[0].rules).toEqual([
      { name: 'Catch-all Rule', access: 'allowed', reauthenticateAfter: 'PT2H' },
    ]);
    expect(text).toContain('      # what it demands has no words in the config\n      - name: Catch-all Rule');
  });

  it('leaves out an enrollment policy with all its rules', async () => {
    const [everyone] = await org.ok<Group[]>('GET', '/api/v1/groups?q=Everyone');
    const { id } = await org.ok<{ id: string }>('GET', '/api/v1/users/me');
    const policy = await org.ok<Policy>('POST', '/api/v1/policies', {
      type: 'MFA_ENROLL',
      name: 'All but one',
      conditions: { people: { groups: { include: [everyone?.id] }, users: { exclude: [id] } } },
      settings: { type: 'AUTHENTICATORS', authenticators: [{ key: 'okta_password', enroll: { self: 'REQUIRED' } }] },
    });
    await org.ok('POST', `/api/v1/policies/${policy.id}/rules`, {
      type: 'MFA_ENROLL',
      name: 'Inside',
      conditions: { network: { connection: 'ANYWHERE' } },
      actions: { enroll: { self: 'LOGIN' } },
    });
    const text = await exportThatPlansEmpty();
    expect(parse(text)).toEqual({ version: 1 });
    expect(text).toContain(
      '# left out: enrollment policy "All but one": its conditions (users) have no words in the config',
    );
    expect(text).not.toContain('Inside');
  });

  it('leaves out apps that share a label, and what names them', async () => {
    const twin = await org.ok<Application>('POST', '/api/v1/apps', webApp('Twin'));
    await org.ok('POST', '/api/v1/apps', webApp('Twin'));
    await org.ok('POST', '/api/v1/authorizationServers/default/policies', {
      type: 'OAUTH_AUTHORIZATION_POLICY',
      name: 'For a twin',
      description: 'For a twin',
      priority: 1,
      conditions: { clients: { include: [twin.id] } },
    });
    const text = await exportThatPlansEmpty();
    expect(parse(text)).toEqual({ version: 1 });
    expect(text).toContain('# left out: app "Twin": several objects have this name\n');
    expect(text).toContain('"For a twin": it needs app/Twin, which is not in the config');
  });

  it('tells apps of other protocols and groups of apps by name, and narrows what names them', async () => {
    await org.ok('POST', '/api/v1/apps', webApp('Portal'));
    const app = await org.ok<Application>('POST', '/api/v1/apps', webApp('Mine'));
    const group = await org.ok<Group>('POST', '/api/v1/groups', { profile: { name: 'From a directory' } });
    await org.ok('PUT', `/api/v1/apps/${app.id}/groups/${group.id}`, {});
    const { body: snapshot } = await org.api('GET', '/_emulator/snapshot');
    const row = (table: string, id: (one: Untyped) => boolean) => snapshot.collections[table].find(id);
    Object.assign(
      row('apps', (one) => one.label === 'Portal'),
      { name: 'saml_portal', signOnMode: 'SAML_2_0' },
    );
    Object.assign(
      row('groups', (one) => one.id === group.id),
      { type: 'APP_GROUP' },
    );
    await org.ok('PUT', '/_emulator/snapshot', snapshot);
    const text = await exportThatPlansEmpty();
    expect(parse(text).apps).toMatchObject([{ label: 'Mine', assignedTo: { add: [] } }]);
    expect(parse(text).groups).toBeUndefined();
    expect(text).toContain('# left out: app "Portal": an app of type SAML_2_0, which has no words in the config');
    expect(text).toContain('# left out: group "From a directory": an app or a directory brought it along');
    expect(text).toContain('  # it is also assigned to groups of an app\n  - label: Mine');
  });

  it('names the settings of an app that it leaves as they are', async () => {
    const app = webApp('Branded');
    Object.assign(app.settings.oauthClient, { consent_method: 'REQUIRED', logo_uri: 'https://example.com/logo.png' });
    await org.ok('POST', '/api/v1/apps', app);
    expect(await exportThatPlansEmpty()).toContain(
      '  # its consent_method, logo_uri have no words in the config\n  - label: Branded',
    );
  });

  it('writes an authorization server with what was added to it, and names a claim of several', async () => {
    const server = await org.ok<{ id: string }>('POST', '/api/v1/authorizationServers', {
      name: 'Partners',
      audiences: ['api://partners'],
    });
    const base = `/api/v1/authorizationServers/${server.id}`;
    await org.ok('POST', `${base}/scopes`, { name: 'orders', consent: 'REQUIRED' });
    const team = { name: 'team', claimType: 'IDENTITY', valueType: 'GROUPS', group_filter_type: 'REGEX', value: '.*' };
    await org.ok('POST', `${base}/claims`, { ...team, conditions: { scopes: ['orders'] } });
    for (const value of ['1', '2']) {
      const twin = { name: 'twin', claimType: 'RESOURCE', valueType: 'EXPRESSION', value };
      await org.ok('POST', `${base}/claims`, twin);
    }
    const text = await exportThatPlansEmpty();
    expect(parse(text).authorizationServers).toEqual([
      {
        name: 'Partners',
        audience: 'api://partners',
        issuerMode: 'org url',
        signingKeyRotation: 'automatic',
        status: 'active',
        scopes: [
          { name: 'orders', userConsent: 'required', default: false, publishInMetadata: false, optional: false },
        ],
        idTokenClaims: [
          {
            name: 'team',
            valueType: 'groups',
            value: '.*',
            groupFilter: 'matches regex',
            scopes: ['orders'],
            alwaysIncludeInToken: false,
            status: 'active',
          },
        ],
      },
    ]);
    expect(text).toContain('# left out: access token claim "twin": several objects have this name');
  });
});
