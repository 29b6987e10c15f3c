/** The guard's word held against sign-ins that are really tried: who could sign in and no longer can was told of. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { law } from '../laws/law.ts';
import { testOrg } from '../support/emulator.ts';
import { provisioner, textConfig } from '../support/provision.ts';
import { realSignIn } from './real-sign-in.ts';

const org = testOrg();
const PASSWORD = 'Correct-Horse-9';
const APPS = ['Shop', 'Desk'];
const GROUPS = ['A', 'B'];

/** People who are there before, with what they have enrolled besides password and email. */
const PEOPLE = [
  { login: 'none@example.com', factors: [], groups: [] },
  { login: 'sms@example.com', factors: ['sms'], groups: ['A'] },
  { login: 'call@example.com', factors: ['call'], groups: ['B'] },
  { login: 'both@example.com', factors: ['sms', 'call'], groups: ['A', 'B'] },
];

const DEMANDS = [
  'access: denied',
  'access: allowed, userMustAuthenticateWith: password',
  'access: allowed, userMustAuthenticateWith: password + another factor',
  'access: allowed, userMustAuthenticateWith: any 2 factors',
  'access: allowed, userMustAuthenticateWith: possession factor',
];
const demand = fc.constantFrom(...DEMANDS);
const level = fc.constantFrom('disabled', 'optional', 'required');
const enroll = fc.constantFrom('first challenge', 'next sign-in', 'never');
const group = fc.constantFrom(...GROUPS);
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });

const policies = fc.record({
  phone: level,
  email: level,
  enroll,
  strict: maybe(fc.record({ group, phone: level, email: level, enroll })),
});
const methods = fc.record({
  sms: fc.boolean(),
  voice: fc.boolean(),
  emailFor: fc.constantFrom('authentication and recovery', 'recovery'),
});
const app = fc.record({
  rules: fc.uniqueArray(fc.record({ group, demand }), { maxLength: 2, selector: (rule) => rule.group }),
  catchAll: demand,
  assigned: fc.constantFrom('Everyone', 'A', 'B', 'A, B'),
});
const session = maybe(fc.record({ group, access: fc.constantFrom('allowed', 'denied'), mfa: fc.boolean() }));
const joins = fc.uniqueArray(fc.record({ login: fc.constantFrom(...PEOPLE.map(({ login }) => login)), group }), {
  maxLength: 2,
  selector: ({ login }) => login,
});
const state = fc.record({ policies, methods, apps: fc.tuple(app, app), session, joins });
type State = typeof state extends fc.Arbitrary<infer T> ? T : never;

function yaml({ policies, methods, apps, session, joins }: State): string {
  const onOff = (on: boolean) => (on ? 'active' : 'inactive');
  const levels = (of: { phone: string; email: string }) =>
    `{ password: required, oktaVerify: disabled, phone: ${of.phone}, email: ${of.email} }`;
  const { strict } = policies;
  return `groups: [${GROUPS.map((name) => `{ name: ${name} }`).join(', ')}]
authenticators:
  phone: { status: active, methods: { sms: ${onOff(methods.sms)}, voice: ${onOff(methods.voice || !methods.sms)} } }
  email: { usedFor: ${methods.emailFor} }
enrollmentPolicies:
${strict ? `  - { name: Strict, groups: [${strict.group}], authenticators: ${levels(strict)}, rules: [{ name: Any, enroll: ${strict.enroll} }] }\n` : ''}  - { name: Default Policy, authenticators: ${levels(policies)}, rules: [{ name: Default Rule, enroll: ${policies.enroll} }] }
globalSessionPolicies:
${session ? `  - { name: Own, groups: [${session.group}], rules: [{ name: Own, access: ${session.access}, mfaRequired: ${session.mfa} }] }\n` : ''}  - { name: Default Policy, rules: [{ name: Default Rule }] }
appSignInPolicies:
${apps.map(({ rules, catchAll }, at) => `  - name: For ${APPS[at]}\n    rules: [${[...rules.map((rule) => `{ name: For ${rule.group}, groups: [${rule.group}], ${rule.demand} }`), `{ name: Catch-all Rule, ${catchAll} }`].join(', ')}]`).join('\n')}
apps:
${apps.map(({ assigned }, at) => `  - { label: ${APPS[at]}, type: web, grantTypes: [authorization code, interaction code], redirectUris: [http://localhost:8080/cb], signInPolicy: For ${APPS[at]}, assignedTo: [${assigned}] }`).join('\n')}
users:
${joins.map((join) => `  - { login: ${join.login}, firstName: A, lastName: B, groups: [${join.group}] }`).join('\n')}
`.replace(/users:\n\n$/, '');
}

async function people(): Promise<void> {
  for (const { login, factors, groups } of PEOPLE) {
    const ids = await Promise.all(
      groups.map(async (name) => (await org.ok<{ id: string }[]>('GET', `/api/v1/groups?q=${name}`)).find(Boolean)?.id),
    );
    const { id } = await org.ok<{ id: string }>('POST', '/api/v1/users?activate=true', {
      profile: { login, email: login, firstName: 'A', lastName: 'B' },
      credentials: { password: { value: PASSWORD } },
      groupIds: ids,
    });
    for (const factorType of factors) {
      const factor = { factorType, provider: 'OKTA', profile: { phoneNumber: '+14155550132' } };
      await org.ok('POST', `/api/v1/users/${id}/factors?activate=true&updatePhone=true`, factor);
    }
  }
}

/** Who has a way into which app, as `login app`. */
async function waysIn(): Promise<Set<string>> {
  const ways = new Set<string>();
  for (const { login } of PEOPLE) {
    for (const label of APPS) {
      const result = await realSignIn(org, { app: label, login, password: PASSWORD });
      if (result === 'in' || result === 'enroll') ways.add(`${login} ${label}`);
    }
  }
  return ways;
}

const OPEN: State = {
  policies: { phone: 'optional', email: 'optional', enroll: 'first challenge', strict: undefined },
  methods: { sms: true, voice: true, emailFor: 'recovery' },
  apps: [
    { rules: [], catchAll: DEMANDS[1] ?? '', assigned: 'Everyone' },
    { rules: [], catchAll: DEMANDS[1] ?? '', assigned: 'Everyone' },
  ],
  session: undefined,
  joins: [],
};

describe('the guard', () => {
  law('tells of everybody who is really locked out', 6, fc.tuple(state, state), async ([first, second], note) => {
    await org.reset();
    const { apply, guard } = provisioner(org);
    expect((await apply(textConfig(yaml(OPEN)))).errors).toEqual([]);
    await people();
    note('first', yaml(first));
    expect((await apply(textConfig(yaml(first)))).errors).toEqual([]);
    const before = await waysIn();
    note('second', yaml(second));
    const { lockouts, notes } = await guard(textConfig(yaml(second)));
    expect(notes).toEqual([]);
    expect((await apply(textConfig(yaml(second)))).errors).toEqual([]);
    const after = await waysIn();
    const lost = [...before].filter((way) => !after.has(way));
    note('lost', lost.join(', '));
    note('told', lockouts.join('\n'));
    expect(lost.filter((way) => !lockouts.some((told) => told.includes(`"${way.split(' ')[1]}"`)))).toEqual([]);
  });
});
