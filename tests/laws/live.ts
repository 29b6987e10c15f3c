/**
 * The org as the Management API shows it, object by object under the address that a config would give it. Ids become names,
 * so that two orgs can be compared; times, links and secrets are left out. Knows nothing of the kinds' own normalisers.
 */
import type { TestOrg, Untyped } from '../support/emulator.ts';

export interface LiveOrg {
  /** Raw JSON by address. */
  objects: Map<string, Untyped>;
  /** Addresses from first to last, by sequence: `''` for enrollment policies, else the parent's address. */
  sequences: Map<string, string[]>;
}

/** Reads all that configs can name. */
export async function readOrg(org: TestOrg): Promise<LiveOrg> {
  const reading = new Reading(org);
  await Promise.all([
    reading.authenticators(),
    reading.groups(),
    reading.policies('MFA_ENROLL', 'enrollmentPolicy'),
    reading.policies('ACCESS_POLICY', 'appSignInPolicy'),
    reading.policies('OKTA_SIGN_ON', 'globalSessionPolicy'),
    reading.policies('PASSWORD', 'passwordPolicy'),
    reading.profileEnrollment(),
    reading.named('/api/v1/zones', 'networkZone'),
    reading.named('/api/v1/groups/rules', 'groupRule'),
    reading.named('/api/v1/inlineHooks', 'inlineHook'),
    reading.named('/api/v1/templates/sms', 'smsTemplate'),
    reading.apps(),
    reading.authorizationServers(),
    reading.trustedOrigins(),
    reading.users(),
  ]);
  return reading.done();
}

/** Not what a config says: when and by whom, and what the org makes up. */
const LEFT_OUT = new Set([
  ...[
    '_links',
    '_embedded',
    'created',
    'createdBy',
    'lastUpdated',
    'lastUpdatedBy',
    'lastMembershipUpdated',
    'priority',
  ],
  ...['statusChanged', 'activated', 'passwordChanged', 'client_secret', 'lastLogin', 'orn', 'uiSchemaId'],
]);

class Reading {
  readonly #org: TestOrg;
  readonly #objects = new Map<string, Untyped>();
  readonly #sequences = new Map<string, string[]>();
  readonly #names = new Map<string, string>();

  constructor(org: TestOrg) {
    this.#org = org;
  }

  done(): LiveOrg {
    const objects = new Map([...this.#objects].map(([address, object]) => [address, this.#plain(object)]));
    return { objects, sequences: this.#sequences };
  }

  async authenticators(): Promise<void> {
    for (const one of await this.#list('/api/v1/authenticators')) {
      const methods = await this.#list(`/api/v1/authenticators/${one.id}/methods`);
      const byType = Object.fromEntries(methods.map((method) => [method.type, method]));
      this.#add(`authenticator/${one.key}`, { ...one, methods: byType });
    }
  }

  async groups(): Promise<void> {
    for (const one of await this.#list('/api/v1/groups?limit=1000')) this.#add(`group/${one.profile.name}`, one);
  }

  async policies(type: string, kind: string): Promise<void> {
    const policies = await this.#list(`/api/v1/policies?type=${type}`);
    if (kind === 'enrollmentPolicy') this.#order('', kind, policies);
    if (kind === 'globalSessionPolicy' || kind === 'passwordPolicy') this.#order(kind, kind, policies);
    for (const policy of policies) {
      this.#add(`${kind}/${policy.name}`, withLevels(policy));
      const rules = await this.#list(`/api/v1/policies/${policy.id}/rules`);
      for (const rule of rules) this.#add(`${kind}Rule/${policy.name}\n${rule.name}`, rule);
      this.#order(`${kind}/${policy.name}`, `${kind}Rule/${policy.name}\n`, rules);
    }
  }

  /** With what its one rule does. */
  async profileEnrollment(): Promise<void> {
    for (const policy of await this.#list('/api/v1/policies?type=PROFILE_ENROLLMENT')) {
      const [rule] = await this.#list(`/api/v1/policies/${policy.id}/rules`);
      this.#add(`profileEnrollmentPolicy/${policy.name}`, { ...policy, action: rule.actions.profileEnrollment });
    }
  }

  async apps(): Promise<void> {
    for (const one of await this.#list('/api/v1/apps?limit=200')) {
      if (one.name !== 'oidc_client') continue;
      const assigned = (await this.#list(`/api/v1/apps/${one.id}/groups?limit=200`)).map((group) => group.id);
      const signInPolicy = one._links?.accessPolicy?.href.split('/').at(-1);
      this.#names.set(one.credentials.oauthClient?.client_id, `app/${one.label}`);
      const granted = (await this.#list(`/api/v1/apps/${one.id}/grants`)).map(({ scopeId }) => scopeId);
      for (const key of one.settings.oauthClient?.jwks?.keys ?? []) delete key.id;
      this.#add(`app/${one.label}`, { ...one, assigned, granted, signInPolicy });
    }
  }

  /** Their issuers hold their ids; their keys are the org's own. */
  async authorizationServers(): Promise<void> {
    for (const { issuer, credentials, ...server } of await this.#list('/api/v1/authorizationServers')) {
      const { rotationMode } = credentials.signing;
      this.#add(`authorizationServer/${server.name}`, { ...server, rotationMode });
      const base = `/api/v1/authorizationServers/${server.id}`;
      for (const one of await this.#list(`${base}/scopes`)) {
        this.#add(`authorizationServerScope/${server.name}\n${one.name}`, one);
      }
      for (const one of await this.#list(`${base}/claims`)) {
        const kind = one.claimType === 'RESOURCE' ? 'accessTokenClaim' : 'idTokenClaim';
        this.#add(`${kind}/${server.name}\n${one.name}`, one);
      }
      await this.#accessPolicies(server.name, `${base}/policies`);
    }
  }

  async #accessPolicies(server: string, base: string): Promise<void> {
    const policies = await this.#list(base);
    this.#order(server, `authorizationServerPolicy/${server}\n`, policies);
    for (const policy of policies) {
      const key = `${server}\n${policy.name}`;
      this.#add(`authorizationServerPolicy/${key}`, policy);
      const rules = await this.#list(`${base}/${policy.id}/rules`);
      for (const rule of rules) this.#add(`authorizationServerPolicyRule/${key}\n${rule.name}`, rule);
      this.#order(`authorizationServerPolicy/${key}`, `authorizationServerPolicyRule/${key}\n`, rules);
    }
  }

  async named(path: string, kind: string): Promise<void> {
    // The pseudo template of Okta's is made anew for each answer.
    for (const one of await this.#list(path)) if (one.id !== 'default') this.#add(`${kind}/${one.name}`, one);
  }

  async trustedOrigins(): Promise<void> {
    for (const one of await this.#list('/api/v1/trustedOrigins?limit=200')) this.#add(`trustedOrigin/${one.name}`, one);
  }

  async users(): Promise<void> {
    for (const one of await this.#list('/api/v1/users?limit=200')) {
      const [groups, factors] = await Promise.all([
        this.#list(`/api/v1/users/${one.id}/groups`),
        this.#list(`/api/v1/users/${one.id}/factors`),
      ]);
      const phones = factors
        .filter((factor) => ['sms', 'call'].includes(factor.factorType) && factor.status === 'ACTIVE')
        .map(({ profile }) => profile.phoneNumber);
      this.#add(`user/${one.profile.login}`, {
        ...one,
        groups: groups.map((group) => group.id),
        phones: [...new Set(phones)],
      });
    }
  }

  async #list(path: string): Promise<Untyped[]> {
    return this.#org.ok<Untyped[]>('GET', path);
  }

  #add(address: string, object: Untyped): void {
    this.#objects.set(address, object);
    this.#names.set(object.id, address);
  }

  #order(sequence: string, prefix: string, items: Untyped[]): void {
    const sorted = items.toSorted((a, b) => a.priority - b.priority);
    this.#sequences.set(
      sequence,
      sorted.map((item) => `${prefix}${prefix.includes('/') ? '' : '/'}${item.name}`),
    );
  }

  #plain(value: Untyped): Untyped {
    if (typeof value === 'string') return this.#names.get(value) ?? value;
    if (Array.isArray(value)) return value.map((inner) => this.#plain(inner));
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).filter(([key]) => !LEFT_OUT.has(key));
    return Object.fromEntries(kept.map(([key, inner]) => [key, this.#plain(inner)]));
  }
}

/** Levels by authenticator; what is not listed is not allowed (recorded), as is what is listed so. */
function withLevels(policy: Untyped): Untyped {
  if (policy.type !== 'MFA_ENROLL') return policy;
  const entries: Untyped[] = policy.settings.authenticators;
  const allowed = entries.filter((entry) => entry.enroll.self !== 'NOT_ALLOWED');
  return {
    ...policy,
    settings: { ...policy.settings, authenticators: Object.fromEntries(allowed.map((entry) => [entry.key, entry])) },
  };
}
