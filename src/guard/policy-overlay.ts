/** Policies and their rules on an overlay: where they lie, and what Okta does by itself when they come, go or move. */
import { withoutQuery } from '../okta/reader.ts';
import type { PolicyRule } from '../wire/policy.ts';
import type { Json, Overlay } from './overlay.ts';
import { placed, type Ranked } from './priority.ts';

export const POLICIES = '/api/v1/policies';
const POLICY = /^\/api\/v1\/policies\/[^/]+$/;
const RULES = /^\/api\/v1\/policies\/[^/]+\/rules$/;
const RULE = /^\/api\/v1\/policies\/[^/]+\/rules\/[^/]+$/;

/** Types whose policies end with a catch-all rule, and whose rules keep gaps between their priorities. */
const SECOND_GENERATION = ['ACCESS_POLICY', 'PROFILE_ENROLLMENT'];

/** Actions of the rule that a new policy of a type comes with (recorded), as far as they decide sign-ins. */
const CATCH_ALL_ACTIONS: Readonly<Record<string, object>> = {
  ACCESS_POLICY: {
    appSignOn: {
      access: 'ALLOW',
      verificationMethod: {
        factorMode: '2FA',
        type: 'ASSURANCE',
        constraints: [{ possession: { required: true, deviceBound: 'REQUIRED' } }],
      },
    },
  },
  PROFILE_ENROLLMENT: {},
};

function catchAll(type: string, actions: object): Json {
  return { type, name: 'Catch-all Rule', status: 'ACTIVE', priority: 99, system: true, conditions: null, actions };
}

export class PolicyOverlay {
  readonly #overlay: Overlay;

  constructor(overlay: Overlay) {
    this.#overlay = overlay;
  }

  /** Whether a path is that of a policy or a rule, or of a list of them. */
  owns(path: string): boolean {
    const own = withoutQuery(path);
    return own === POLICIES || [POLICY, RULES, RULE].some((pattern) => pattern.test(own));
  }

  async get(path: string): Promise<Json> {
    const own = withoutQuery(path);
    if (RULE.test(own) && !this.#overlay.isGone(own)) {
      const cut = own.lastIndexOf('/');
      const rule = (await this.#rules(own.slice(0, cut))).find(({ id }) => id === own.slice(cut + 1));
      if (rule) return rule;
    }
    return this.#overlay.get(path);
  }

  async list(path: string): Promise<Json[]> {
    if (withoutQuery(path) !== POLICIES) return this.#rules(path);
    const type = new URLSearchParams(path.split('?')[1]).get('type');
    const policies = (await this.#overlay.list(path)).filter((policy) => policy.type === type);
    return Promise.all(policies.map((policy) => this.#withRules(policy)));
  }

  async create(path: string, body: Json): Promise<Json> {
    const collection = withoutQuery(path);
    const status = path.includes('activate=false') ? 'INACTIVE' : 'ACTIVE';
    const created = { conditions: null, ...body, id: this.#overlay.newId(collection, body), status, system: false };
    const own = `${collection}/${created.id}`;
    const embedded = collection === POLICIES ? { _embedded: { rules: [] } } : {};
    this.#overlay.create(own, { ...created, ...embedded, priority: 1 });
    const type = String((created as Json).type);
    const actions = CATCH_ALL_ACTIONS[type];
    if (collection === POLICIES && actions) {
      const rule = catchAll(type, actions);
      const id = this.#overlay.newId(`${own}/rules`, rule);
      this.#overlay.create(`${own}/rules/${id}`, { ...rule, id });
    }
    await this.#place(own, numberOf(body.priority));
    return this.get(own);
  }

  async replace(path: string, body: Json): Promise<Json> {
    const own = withoutQuery(path);
    const before = await this.get(own);
    this.#overlay.set(own, { ...before, ...body, priority: before.priority });
    const wanted = numberOf(body.priority);
    if (wanted !== undefined && wanted !== before.priority) await this.#place(own, wanted);
    return this.get(own);
  }

  async setStatus(path: string, status: string): Promise<void> {
    this.#overlay.set(path, { ...(await this.get(path)), status });
  }

  /** Orgs that do not embed rules into the list are asked for the rules by policy, here as there. */
  async #withRules(policy: Json): Promise<Json> {
    const embedded = policy._embedded as { rules?: PolicyRule[] } | undefined;
    if (embedded?.rules === undefined) return policy;
    return { ...policy, _embedded: { ...embedded, rules: await this.#rules(`${POLICIES}/${policy.id}/rules`) } };
  }

  /** Rules that came with their policy are not asked for again. */
  #rules(path: string): Promise<Json[]> {
    const policy = this.#overlay.known(withoutQuery(path).slice(0, -'/rules'.length));
    const embedded = (policy?._embedded as { rules?: unknown } | undefined)?.rules;
    return this.#overlay.list(path, embedded as Json[] | undefined);
  }

  /** Gives a policy or rule its place; its siblings make way as Okta makes them. */
  async #place(path: string, wanted: number | undefined): Promise<void> {
    const collection = path.slice(0, path.lastIndexOf('/'));
    const own = (await this.get(path)) as unknown as Ranked;
    const type = await this.#policyType(path);
    const secondGeneration = SECOND_GENERATION.includes(type);
    // Policies of the second generation have no order: apps name theirs.
    if (own.system || (collection === POLICIES && secondGeneration)) return;
    const all = await this.list(collection === POLICIES ? `${POLICIES}?type=${type}&expand=rules` : collection);
    const others = (all as unknown as Ranked[]).filter(({ id }) => id !== own.id);
    for (const [id, priority] of placed(secondGeneration ? 'gapped' : 'dense', others, own, wanted)) {
      this.#overlay.set(`${collection}/${id}`, { ...(await this.get(`${collection}/${id}`)), priority });
    }
  }

  async #policyType(path: string): Promise<string> {
    const policy = await this.#overlay.get(
      path
        .split('/')
        .slice(0, POLICIES.split('/').length + 1)
        .join('/'),
    );
    return String(policy.type);
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
