/**
 * Probes of a real test org: where did the emulator guess wrong? Each probe belongs to a named assumption, makes what it
 * needs under names of its own, and takes it away again on every path. For test orgs, on request only.
 */
import { randomBytes } from 'node:crypto';
import { ManagementApiError, type OktaApi } from '../okta/api.ts';
import type { Application } from '../wire/application.ts';
import type { Authenticator } from '../wire/authenticator.ts';
import type { Group } from '../wire/directory.ts';
import type { IdxResponse } from '../wire/idx.ts';
import type { TrustedOrigin } from '../wire/org.ts';
import type { Policy } from '../wire/policy.ts';
import { probeInteract } from './interact.ts';

export interface Observation {
  /** Id of the assumption. */
  id: string;
  /** `confirmed`, `refuted`: the org does as assumed, or not. `notProbed`: it could not be tried here. */
  verdict: 'confirmed' | 'refuted' | 'notProbed';
  /** What the org did, or why it was not asked. */
  observed: string;
}

type Probe = (bench: Bench) => Promise<Omit<Observation, 'id'>>;

/** What probes make, and the promise to take it away. */
interface Bench {
  api: OktaApi;
  /** A name that no object of the org has. */
  name(what: string): string;
  /** Runs when the probe is over, last first, whatever happened. */
  cleanUp(task: () => Promise<unknown>): void;
}

const PROBES: Readonly<Record<string, Probe>> = {
  'rule-names-unique': probeRuleNames,
  'activate-active-authenticator': probeActivateActive,
  'authenticator-settings-merge': probeSettingsMerge,
  'deleted-group-stays-named': probeDeletedGroup,
  'refusal-texts': probeDuplicateOrigin,
  'unknown-user-info': probeUnknownUser,
};

/** Ids of the assumptions that can be probed. */
export const PROBED: readonly string[] = Object.keys(PROBES);

/** Probes every assumption of `ids` that can be, one after the other. A probe that fails tells so and ends alone. */
export async function calibrate(api: OktaApi, ids: readonly string[]): Promise<Observation[]> {
  const observations: Observation[] = [];
  for (const id of ids) {
    const probe = PROBES[id];
    observations.push({
      id,
      ...(probe
        ? await runProbe(probe, api)
        : { verdict: 'notProbed' as const, observed: 'no probe for it: it needs a person, a phone, or a risk' }),
    });
  }
  return observations;
}

async function runProbe(probe: Probe, api: OktaApi): Promise<Omit<Observation, 'id'>> {
  const tasks: (() => Promise<unknown>)[] = [];
  const run = randomBytes(3).toString('hex');
  const bench: Bench = {
    api,
    name: (what) => `orgproof-calibrate-${run} ${what}`,
    cleanUp: (task) => {
      tasks.unshift(task);
    },
  };
  let result: Omit<Observation, 'id'>;
  try {
    result = await probe(bench);
  } catch (error) {
    result = { verdict: 'notProbed', observed: error instanceof Error ? error.message : String(error) };
  }
  for (const task of tasks) {
    await task().catch((error: Error) => {
      result = { ...result, observed: `${result.observed}; left behind: ${error.message}` };
    });
  }
  return result;
}

async function probeRuleNames({ api, name, cleanUp }: Bench) {
  const policy = await api.post<Policy>('/api/v1/policies', { type: 'ACCESS_POLICY', name: name('policy') });
  cleanUp(() => api.delete(`/api/v1/policies/${policy.id}`));
  const rule = {
    type: 'ACCESS_POLICY',
    name: 'twice',
    actions: { appSignOn: { access: 'ALLOW', verificationMethod: { type: 'ASSURANCE', factorMode: '2FA' } } },
  };
  await api.post(`/api/v1/policies/${policy.id}/rules`, rule);
  return expectRefusal(api.post(`/api/v1/policies/${policy.id}/rules`, rule), (error) => error.status === 400);
}

async function probeActivateActive({ api }: Bench) {
  const [active] = (await api.list<Authenticator>('/api/v1/authenticators')).filter(
    (authenticator) => authenticator.status === 'ACTIVE' && authenticator.key !== 'okta_password',
  );
  if (!active) return { verdict: 'notProbed' as const, observed: 'no authenticator beside the password is active' };
  return expectRefusal(
    api.post(`/api/v1/authenticators/${active.id}/lifecycle/activate`),
    (error) => error.status === 400,
  );
}

async function probeSettingsMerge({ api, cleanUp }: Bench) {
  const email = (await api.list<Authenticator>('/api/v1/authenticators')).find(({ key }) => key === 'okta_email');
  const before = email?.settings;
  if (!email || before?.tokenLifetimeInMinutes === undefined || before.allowedFor === undefined) {
    return { verdict: 'notProbed' as const, observed: 'the email authenticator shows no settings to leave out' };
  }
  const path = `/api/v1/authenticators/${email.id}`;
  const body = { id: email.id, key: email.key, type: email.type, name: email.name };
  cleanUp(() => api.put(path, { ...body, settings: before }));
  const after = await api.put<Authenticator>(path, {
    ...body,
    settings: { tokenLifetimeInMinutes: before.tokenLifetimeInMinutes },
  });
  return judged(
    after.settings?.allowedFor === before.allowedFor,
    `allowedFor was ${before.allowedFor} and is ${after.settings?.allowedFor} after a PUT without it`,
  );
}

async function probeDeletedGroup({ api, name, cleanUp }: Bench) {
  const keeper = await api.post<Group>('/api/v1/groups', { profile: { name: name('keeper') } });
  cleanUp(() => api.delete(`/api/v1/groups/${keeper.id}`));
  const doomed = await api.post<Group>('/api/v1/groups', { profile: { name: name('doomed') } });
  const policy = await api.post<Policy>('/api/v1/policies', {
    type: 'OKTA_SIGN_ON',
    name: name('policy').slice(0, 50),
    conditions: { people: { groups: { include: [keeper.id, doomed.id] } } },
  });
  cleanUp(() => api.delete(`/api/v1/policies/${policy.id}`));
  await api.delete(`/api/v1/groups/${doomed.id}`);
  const after = await api.get<Policy>(`/api/v1/policies/${policy.id}`);
  const named = after.conditions?.people?.groups?.include?.includes(doomed.id) === true;
  return judged(named, `the policy ${named ? 'still names' : 'no longer names'} the deleted group`);
}

async function probeDuplicateOrigin({ api, name, cleanUp }: Bench) {
  const body = { name: name('origin'), origin: 'http://localhost:58123', scopes: [{ type: 'CORS' }] };
  const origin = await api.post<TrustedOrigin>('/api/v1/trustedOrigins', body);
  cleanUp(() => api.delete(`/api/v1/trustedOrigins/${origin.id}`));
  return expectRefusal(
    api.post('/api/v1/trustedOrigins', body),
    (error) => error.status === 400 && error.errorCode === 'E0000001',
  );
}

async function probeUnknownUser({ api, name, cleanUp }: Bench) {
  const app = await api.post<Application>('/api/v1/apps?activate=true', {
    name: 'oidc_client',
    label: name('app'),
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'none', pkce_required: true } },
    settings: {
      oauthClient: {
        application_type: 'browser',
        grant_types: ['authorization_code', 'interaction_code'],
        response_types: ['code'],
        redirect_uris: ['http://localhost:58123/callback'],
      },
    },
  });
  cleanUp(async () => {
    await api.post(`/api/v1/apps/${app.id}/lifecycle/deactivate`);
    await api.delete(`/api/v1/apps/${app.id}`);
  });
  const started = await probeInteract(api.orgUrl, app);
  if (!started.accepted) return { verdict: 'notProbed' as const, observed: `no sign-in: ${started.description}` };
  const first = await idx(api.orgUrl, '/idp/idx/introspect', { interactionHandle: started.interactionHandle });
  const answer = await idx(api.orgUrl, '/idp/idx/identify', {
    stateHandle: first.stateHandle,
    identifier: `nobody-${randomBytes(4).toString('hex')}@example.com`,
    credentials: { passcode: 'Wrong-Password-1' },
  });
  const message = answer.messages?.value.find(({ i18n }) => i18n?.key === 'idx.unknown.user');
  if (!message) return { verdict: 'notProbed' as const, observed: 'the org does not tell unknown users' };
  return judged(message.class === 'INFO', `the message about an unknown user has class ${message.class}`);
}

async function idx(orgUrl: string, path: string, body: unknown): Promise<IdxResponse> {
  const response = await fetch(orgUrl + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/ion+json; okta-version=1.0.0' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  return (await response.json()) as IdxResponse;
}

async function expectRefusal(request: Promise<unknown>, asAssumed: (error: ManagementApiError) => boolean) {
  try {
    await request;
    return judged(false, 'the org accepted it');
  } catch (error) {
    if (!(error instanceof ManagementApiError)) throw error;
    const causes = error.errorCauses.map((cause) => cause.errorSummary).join('; ');
    return judged(
      asAssumed(error),
      `${error.status} ${error.errorCode} ${error.errorSummary}${causes ? `: ${causes}` : ''}`,
    );
  }
}

function judged(confirmed: boolean, observed: string) {
  return { verdict: confirmed ? ('confirmed' as const) : ('refuted' as const), observed };
}
