/**
 * An org on which nothing is written: reads are the org's own, with the writes made so far laid over them, together with
 * what Okta does by itself when it takes such a write, as far as sign-ins depend on it. Changes that are carried out on it
 * give the org as it would be, by the very code that would write.
 *
 * Where no source says what Okta does, people are taken to have less: an authenticator that is switched on is offered by no
 * enrollment policy until one says so.
 */
import type { OktaApi } from '../okta/api.ts';
import { type IndexedReader, keyOf, withoutQuery } from '../okta/reader.ts';
import { type Json, Overlay } from './overlay.ts';
import { POLICIES, PolicyOverlay } from './policy-overlay.ts';

/** A write that would have been sent; its path has no query. */
export interface WouldSend {
  method: 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** It concerns what an earlier write would have created. */
  onNew: boolean;
  /** Names of the attributes that it sets, when it sets some of a profile. */
  attributes: readonly string[];
}

export interface DryRun extends OktaApi {
  /** What would have been sent, in order. */
  readonly writes: readonly WouldSend[];
}

/**
 * @param org what the org answers; it is asked for each path once
 * @param written called behind each write, before the next one
 */
export function dryRun(
  org: IndexedReader,
  orgUrl: string,
  written?: (write: WouldSend, api: DryRun) => Promise<void>,
): DryRun {
  const run = new Run(org);
  const writes: WouldSend[] = [];
  const write = async <T>(
    method: WouldSend['method'],
    path: string,
    work: () => Promise<Json | undefined>,
    body: unknown = {},
  ): Promise<T> => {
    const write = {
      method,
      path: withoutQuery(path),
      onNew: run.isNew(withoutQuery(path)),
      attributes: attributesIn(body),
    };
    writes.push(write);
    const answer = (await work()) as T;
    await written?.(write, api);
    return answer;
  };
  const api: DryRun = {
    orgUrl,
    requests: [],
    writes,
    get: async <T>(path: string) => (await run.get(path)) as T,
    list: async <T>(path: string) => (await run.list(path)) as T[],
    post: (path, body) => write('POST', path, () => run.post(path, (body ?? {}) as Json), body),
    put: (path, body) => write('PUT', path, () => run.put(path, (body ?? {}) as Json), body),
    delete: (path) => write('DELETE', path, () => run.delete(path)),
    until: () => api,
    pace: { capacity: () => undefined, answerMs: () => 0 },
    grantedScopes: async () => undefined,
  };
  return api;
}

function attributesIn(body: unknown): string[] {
  return Object.keys((body as { profile?: object } | null | undefined)?.profile ?? {});
}

const LIFECYCLE = /^(.*)\/lifecycle\/(\w+)$/;
const AUTHENTICATORS = '/api/v1/authenticators';
const USERS = '/api/v1/users';
const USER = /^\/api\/v1\/users\/[^/]+$/;
const APPS = '/api/v1/apps';
const APP_POLICY = /^(\/api\/v1\/apps\/[^/]+)\/policies\/([^/]+)$/;
const GROUPS = '/api/v1/groups';
const GROUP_RULES = `${GROUPS}/rules`;
const MEMBERSHIP = /^\/api\/v1\/groups\/([^/]+)\/users\/([^/]+)$/;
const GROUPS_OF = /^\/api\/v1\/(users|apps)\/[^/]+\/groups$/;

/** What a lifecycle call makes of a status; the calls that are not here change nothing that sign-ins depend on. */
const STATUS_AFTER: Readonly<Record<string, string>> = {
  activate: 'ACTIVE',
  deactivate: 'INACTIVE',
  suspend: 'SUSPENDED',
  unsuspend: 'ACTIVE',
};

class Run {
  readonly #overlay: Overlay;
  readonly #policies: PolicyOverlay;

  constructor(org: IndexedReader) {
    this.#overlay = new Overlay(org);
    this.#policies = new PolicyOverlay(this.#overlay);
  }

  isNew(path: string): boolean {
    return this.#overlay.isNew(path);
  }

  get(path: string): Promise<Json> {
    return this.#policies.owns(path) ? this.#policies.get(path) : this.#overlay.get(path);
  }

  async list(path: string): Promise<Json[]> {
    if (this.#policies.owns(path)) return this.#policies.list(path);
    const items = await this.#overlay.list(path);
    // A group that was deleted takes its memberships and assignments along.
    const named = GROUPS_OF.test(withoutQuery(path));
    return named ? items.filter((item) => !this.#overlay.isGone(`${GROUPS}/${keyOf(item)}`)) : items;
  }

  async post(path: string, body: Json): Promise<Json | undefined> {
    const own = withoutQuery(path);
    const [, target, verb] = LIFECYCLE.exec(own) ?? [];
    if (target !== undefined && verb !== undefined) return this.#lifecycle(target, verb);
    if (!isCollection(own)) return this.#merge(own, body);
    if (this.#policies.owns(own)) return this.#policies.create(path, body);
    const created = { ...body, ...(await this.#asCreated(path, body)), id: this.#overlay.newId(own, body) };
    this.#overlay.create(`${own}/${created.id}`, created);
    if (own === USERS) await this.#joinFirst(created.id, body);
    if (own === AUTHENTICATORS && body.key === 'phone_number') this.#addPhoneMethods(`${own}/${created.id}`);
    return this.#overlay.get(`${own}/${created.id}`);
  }

  async put(path: string, body: Json): Promise<Json | undefined> {
    const own = withoutQuery(path);
    if (this.#policies.owns(own)) return this.#policies.replace(own, body);
    const [, groupId, userId] = MEMBERSHIP.exec(own) ?? [];
    if (groupId !== undefined && userId !== undefined) return this.#join(userId, groupId);
    const [, app, policyId] = APP_POLICY.exec(own) ?? [];
    if (app !== undefined && policyId !== undefined) return this.#bind(app, policyId);
    const before = this.#overlay.known(own) ?? { id: own.slice(own.lastIndexOf('/') + 1) };
    this.#overlay.add(own, { ...before, ...body });
    return this.#overlay.get(own);
  }

  async delete(path: string): Promise<undefined> {
    const own = withoutQuery(path);
    const [, groupId, userId] = MEMBERSHIP.exec(own) ?? [];
    if (groupId !== undefined) this.#overlay.remove(`${USERS}/${userId}/groups/${groupId}`);
    else if (USER.test(own) && (await this.#overlay.get(own)).status !== 'DEPROVISIONED') {
      // The first DELETE of a user deactivates, the second deletes (recorded).
      await this.#setStatus(own, 'DEPROVISIONED');
    } else this.#overlay.remove(own);
  }

  async #lifecycle(path: string, verb: string): Promise<undefined> {
    const status = verb === 'deactivate' && USER.test(path) ? 'DEPROVISIONED' : STATUS_AFTER[verb];
    if (status !== undefined) await this.#setStatus(path, status);
  }

  async #setStatus(path: string, status: string): Promise<void> {
    if (this.#policies.owns(path)) await this.#policies.setStatus(path, status);
    else this.#overlay.set(path, { ...(await this.#overlay.get(path)), status });
  }

  /** POST to an object changes the members that it names, of a profile as well. */
  async #merge(path: string, body: Json): Promise<Json> {
    const before = await this.#overlay.get(path);
    const profile = { ...(before.profile as Json | undefined), ...(body.profile as Json | undefined) };
    this.#overlay.set(path, { ...before, ...body, profile });
    return this.#overlay.get(path);
  }

  /** What Okta fills in for a new object. */
  async #asCreated(path: string, body: Json): Promise<Json> {
    const collection = withoutQuery(path);
    const activate = new URLSearchParams(path.split('?')[1]).get('activate');
    if (collection === AUTHENTICATORS) return { status: activate === 'true' ? 'ACTIVE' : 'INACTIVE' };
    if (collection.endsWith('/factors')) return { status: activate === 'true' ? 'ACTIVE' : 'PENDING_ACTIVATION' };
    if (collection === USERS) {
      const active = body.credentials === undefined ? 'PROVISIONED' : 'ACTIVE';
      return { status: activate === 'false' ? 'STAGED' : active, type: {} };
    }
    // Group rules come into the world INACTIVE (recorded).
    const status = activate === 'false' || collection === GROUP_RULES ? 'INACTIVE' : 'ACTIVE';
    return collection === APPS ? { status, ...(await this.#newApp()) } : { status };
  }

  /** A new app has the default app sign-in policy until it is given another. */
  async #newApp(): Promise<Json> {
    const policies = await this.#policies.list(`${POLICIES}?type=ACCESS_POLICY&expand=rules`);
    const standard = policies.find((policy) => policy.system);
    return standard ? { _links: policyLink(String(standard.id)) } : {};
  }

  async #bind(app: string, policyId: string): Promise<undefined> {
    const policy = await this.#policies.get(`${POLICIES}/${policyId}`);
    if (policy.type !== 'ACCESS_POLICY') return;
    const before = await this.#overlay.get(app);
    this.#overlay.set(app, { ...before, _links: { ...(before._links as Json), ...policyLink(policyId) } });
  }

  /** As a phone authenticator starts (OpenAPI example); the others' methods are on or off with them. */
  #addPhoneMethods(authenticator: string): void {
    this.#overlay.add(`${authenticator}/methods/sms`, { type: 'sms', status: 'ACTIVE' });
    this.#overlay.add(`${authenticator}/methods/voice`, { type: 'voice', status: 'INACTIVE' });
  }

  async #joinFirst(userId: string, body: Json): Promise<void> {
    const everyone = (await this.#overlay.list(ALL_GROUPS)).filter(isEveryone).map(({ id }) => String(id));
    const given = (body.groupIds ?? []) as string[];
    for (const groupId of [...everyone, ...given]) await this.#join(userId, groupId);
  }

  async #join(userId: string, groupId: string): Promise<undefined> {
    const group = this.#overlay.known(`${GROUPS}/${groupId}`) ?? { id: groupId };
    this.#overlay.add(`${USERS}/${userId}/groups/${groupId}`, group);
  }
}

/** As the kinds list them, so that it is one request. */
const ALL_GROUPS = `${GROUPS}?limit=10000`;

function isEveryone(group: Json): boolean {
  return group.type === 'BUILT_IN' && (group.profile as { name?: string } | undefined)?.name === 'Everyone';
}

function policyLink(policyId: string): Json {
  return { accessPolicy: { href: `${POLICIES}/${policyId}` } };
}

/** Collections whose own path is a step longer than `/api/v1/users`. */
const DEEPER = [GROUP_RULES, '/api/v1/templates/sms'];

/** A step that holds collections, and is none: `/api/v1/apps/{id}/credentials/secrets`. */
const CREDENTIALS = 'credentials';

/** `/api/v1/users` is a collection, `/api/v1/users/{id}` an object in it, and so on downwards. */
function isCollection(path: string): boolean {
  const steps = path.split('/').filter((step) => step !== '' && step !== CREDENTIALS);
  const below = DEEPER.some((own) => path === own || path.startsWith(`${own}/`)) ? 4 : 3;
  return (steps.length - below) % 2 === 0;
}
