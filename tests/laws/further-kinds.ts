/** Configs of the kinds around sign-in: zones, hooks, templates, group rules, and the other policies. See configs.ts. */
import fc from 'fast-check';
import { PROMPT_FOR_MFA, RECOVERY_METHOD, STEP_UP } from '../../src/kinds/vocabulary.ts';
import { listOf, optional, type Style, setOf, some, status, text, type World } from './configs.ts';
import { type Entry, PASSWORD } from './repair.ts';

export interface FurtherSections {
  networkZones: Entry[];
  groupRules: Entry[];
  inlineHooks: Entry[];
  smsTemplates: Entry[];
  passwordPolicies: Entry[];
  globalSessionPolicies: Entry[];
  profileEnrollmentPolicies: Entry[];
}

export function furtherSections(of: World, style: Style): fc.Arbitrary<FurtherSections> {
  return fc.record({
    networkZones: listOf(of.zones, (zone) => networkZone(of, zone, style)),
    groupRules: listOf(of.rules, (rule) => groupRule(of, rule)),
    inlineHooks: listOf(of.hooks, (hook) => inlineHook(of, hook)),
    smsTemplates: listOf(['Custom'], () =>
      optional({ name: 'Custom', text: 'Code: ${code}' }, { translations: fc.constantFrom({ de: 'Ihr ${code}' }, {}) }),
    ),
    passwordPolicies: groupPolicies(of, passwordRule, {
      complexity: fc.record(
        { minLength: fc.integer({ min: 4, max: 14 }), minSymbols: fc.nat(1), excludeFirstName: fc.boolean() },
        { requiredKeys: [] },
      ),
      age: fc.record({ historyCount: fc.nat(30), minAgeMinutes: fc.nat(100) }, { requiredKeys: [] }),
      lockout: fc.record({ maxAttempts: fc.nat(100), showLockoutFailures: fc.boolean() }, { requiredKeys: [] }),
    }),
    globalSessionPolicies: groupPolicies(of, globalSessionRule, {}),
    profileEnrollmentPolicies: listOf([...of.policies, 'Default Policy'], (policy) =>
      profileEnrollment(of, policy, style),
    ),
  });
}

/** Zones keep their type; those in use cannot be switched off, so that they stay on. */
function networkZone(of: World, zone: string, style: Style): fc.Arbitrary<Entry> {
  const usedFor = fc.constantFrom('policies', 'blocklist');
  const addresses = ['203.0.113.7', '198.51.100.0/24', '192.0.2.1-192.0.2.9', '2001:db8::1'];
  if (of.zones.indexOf(zone) % 2 === 0) {
    return optional(
      { name: zone, type: 'ip', gateways: ['203.0.113.7'] as unknown },
      { gateways: setOf(some(addresses, 1), style), proxies: some(addresses), usedFor },
    );
  }
  return optional(
    { name: zone, type: 'dynamic' },
    { locations: setOf(some(['DE', 'FR', 'US-CA']), style), asns: some(['1', '65536']), usedFor },
  );
}

/** The groups of a rule cannot change, so that each has its own. */
function groupRule(of: World, rule: string) {
  const group = of.groups[of.rules.indexOf(rule) % of.groups.length] ?? '';
  const expression = fc.constantFrom('user.department == "Sales"', 'user.title == "it\'s"');
  return expression.chain((one) => optional({ name: rule, expression: one, assignTo: [group] }, { status }));
}

function inlineHook(of: World, hook: string) {
  const telephony = of.hooks.indexOf(hook) === 0;
  return fc.constantFrom('https://a.example.com/hook', 'https://b.example.com/h?x=%20').chain((url) =>
    optional(
      { name: hook, type: telephony ? 'telephony' : 'token', url, authorizationSecret: PASSWORD },
      {
        authorizationHeader: fc.constantFrom('authorization', 'x-secret'),
        version: fc.constantFrom('1.0.0', '1.0.1'),
        status,
      },
    ),
  );
}

function groupPolicies(
  of: World,
  rule: (of: World, name: string) => fc.Arbitrary<Entry>,
  settings: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<Entry[]> {
  const own = listOf(of.policies, (policy) =>
    optional(
      { name: policy, groups: ['Everyone'] },
      { description: text, status, ...settings, rules: listOf(of.rules, (one) => rule(of, one)) },
    ),
  );
  return own as fc.Arbitrary<Entry[]>;
}

const access = fc.constantFrom('allowed', 'denied');

function passwordRule(of: World, name: string): fc.Arbitrary<Entry> {
  const recovery = fc.option(
    fc.record({
      recoverWith: some(RECOVERY_METHOD.words, 1),
      additionalVerification: fc.constantFrom(...STEP_UP.words),
    }),
    { nil: {} },
  );
  const rule = optional(
    { name },
    { networkZones: some(of.zones), changePassword: access, resetPassword: access, unlockAccount: access, status },
  );
  return fc.tuple(rule, recovery).map(([one, asked]) => ({ ...one, ...asked }));
}

function globalSessionRule(of: World, name: string): fc.Arbitrary<Entry> {
  const mfa = fc.oneof(
    fc.constant({}),
    fc.constant({ mfaRequired: false }),
    fc.constantFrom(...PROMPT_FOR_MFA.words).map((promptForMfa) => ({
      mfaRequired: true,
      promptForMfa,
      ...(promptForMfa === 'after lifetime' ? { mfaLifetimeMinutes: 15 } : {}),
    })),
  );
  const rule = optional(
    { name },
    {
      networkZones: some(of.zones),
      access,
      establishSessionWith: fc.constantFrom('password', 'any factor'),
      maxSessionMinutes: fc.constantFrom(0, 120, 720),
      maxIdleMinutes: fc.constantFrom(60, 120),
      persistentCookie: fc.boolean(),
      status,
    },
  );
  return fc.tuple(rule, mfa).map(([one, asked]) => ({ ...one, ...asked }));
}

function profileEnrollment(of: World, name: string, style: Style) {
  const email = { name: 'email', label: 'Email', required: true };
  return optional(
    { name },
    {
      unknownUser: fc.constantFrom('deny', 'register'),
      verifyEmail: fc.boolean(),
      progressiveProfiling: fc.boolean(),
      attributes: fc.constantFrom([email], [{ name: 'lastName', label: 'Name', required: false }, email]),
      addToGroups: setOf(some(of.groups), style),
    },
  );
}
