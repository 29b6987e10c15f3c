import { z } from 'zod';
import type { Found, Kind, Listed } from '../engine/kind.ts';
import type { PolicyRule } from '../wire/policy.ts';
import { type OrgContext, setStatus } from './context.ts';
import { conditionRemarks, unsaidConditions } from './listing.ts';
import { DEFAULT_POLICY } from './policies.ts';
import {
  afterEarlierRules,
  listRules,
  policyName,
  type RuleKindOptions,
  readRules,
  ruleOrder,
  rulePath,
  SYSTEM_RULE,
  writable,
} from './policy-rules.ts';
import { ruleGoesAndReturns } from './recreate.ts';
import { ensureField, nameField, statusField } from './section.ts';
import { ENROLL_WHEN, STATUS } from './vocabulary.ts';

interface EnrollmentRuleSpec {
  name: string;
  enroll?: (typeof ENROLL_WHEN.words)[number] | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

export const enrollmentRuleSchema = z
  .strictObject({
    name: nameField('Name of the rule. `Default Rule` is the system one of the Default Policy.', 50),
    enroll: z.enum(ENROLL_WHEN.words).optional().meta({
      description: 'When a user is brought to enrol: when first challenged for a factor, or at the next sign-in.',
    }),
    status: statusField,
    ensure: ensureField,
  })
  .meta({ description: 'A rule of an enrollment policy.' });

const options: RuleKindOptions<EnrollmentRuleSpec> = {
  policyType: 'MFA_ENROLL',
  policyKind: 'enrollmentPolicy',
  scheme: 'dense',
  project: async (_context, live): Promise<Found<EnrollmentRuleSpec>['spec']> => ({
    name: live.name,
    enroll: ENROLL_WHEN.toWord(live.actions.enroll?.self ?? ''),
    status: STATUS.toWord(live.status),
  }),
};

function tell(spec: EnrollmentRuleSpec, live: PolicyRule): Pick<Listed<EnrollmentRuleSpec>, 'spec' | 'remarks'> {
  const remarks = conditionRemarks(unsaidConditions(live.conditions, []));
  const { status, ...system } = spec;
  // The system rule is there anyway, and its conditions stay as they are: only a new rule would be without them.
  return { spec: live.system ? system : remarks.length > 0 ? undefined : spec, remarks };
}

export const enrollmentPolicyRule: Kind<EnrollmentRuleSpec, PolicyRule, OrgContext> = {
  name: 'enrollmentPolicyRule',
  changeEvents: ['policy.rule'],
  resources: { writes: ['policies'] },
  wireNames: { self: 'enroll', '/lifecycle/': 'status' },
  lane: 'MFA_ENROLL',
  fields: { name: 'identity', enroll: 'value', status: 'value' },
  references: (_spec, key) => [{ kind: 'enrollmentPolicy', key: key.slice(0, key.indexOf('/')), path: '' }],
  after: afterEarlierRules,
  read: (context, declared) => readRules(context, declared, options),
  list: (context) => listRules(context, options, (policy) => (policy.system ? DEFAULT_POLICY : policy.name), tell),
  order: ruleOrder(options),
  create: async (context, declared, priority) => {
    const { spec } = declared;
    const path = await rulePath(context, declared, options);
    const created = await context.api.post<PolicyRule>(path, {
      type: 'MFA_ENROLL',
      name: spec.name,
      ...(priority === undefined ? {} : { priority }),
      conditions: { people: { users: { exclude: [] } }, network: { connection: 'ANYWHERE' } },
      actions: { enroll: { self: ENROLL_WHEN.toWire(spec.enroll ?? 'first challenge') } },
    });
    if (spec.status === 'inactive') await setStatus(context, `${path}/${created.id}`, 'inactive');
    return created;
  },
  ...ruleGoesAndReturns<PolicyRule>((context, declared) => rulePath(context, declared, options)),
  update: async (context, { found, declared, changed, priority }) => {
    const path = `${await rulePath(context, declared, options)}/${found.live.id}`;
    const { enroll, status } = declared.spec;
    if (changed.has('enroll') || priority !== undefined) {
      const live = writable(await context.api.get<PolicyRule>(path));
      await context.api.put(path, {
        ...live,
        ...(priority === undefined ? {} : { priority }),
        actions:
          enroll === undefined ? live.actions : { ...live.actions, enroll: { self: ENROLL_WHEN.toWire(enroll) } },
      });
    }
    if (changed.has('status')) {
      await setStatus(context, path, status);
    }
  },
  notes: (declared) =>
    declared.spec.name === SYSTEM_RULE.MFA_ENROLL && policyName(declared) === DEFAULT_POLICY
      ? ['this rule is for everyone whom no other enrollment rule covers']
      : [],
};
