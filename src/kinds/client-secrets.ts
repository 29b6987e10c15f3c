/** The secrets of an app: at most two, so that one can follow upon the other without a gap. */
import { z } from 'zod';
import type { ClientSecret } from '../wire/application.ts';
import type { OrgContext } from './context.ts';

const secret = z
  .string()
  .min(14, 'a client secret has at least 14 characters')
  .max(100, 'a client secret has at most 100 characters');

/** Limits of OpenAPI 2026.06.3. */
export const clientSecretsField = z
  .array(secret.meta({ examples: ['${env:CLIENT_SECRET}'] }))
  .refine((secrets) => secrets.length > 0, 'an app that proves itself by a secret has at least one')
  .refine((secrets) => secrets.length <= 2, 'Okta keeps two secrets of an app, and no more')
  .refine((secrets) => new Set(secrets).size === secrets.length, 'the two secrets are the same')
  .meta({
    description:
      'The secrets by which the app may prove itself. To change one without a gap: first both, then the new one alone; what is not in the list is switched off. Never shown.',
  });

const secretsPath = (appId: string) => `/api/v1/apps/${appId}/credentials/secrets`;

/** The secrets that are switched on, in one order: that of a list of them means nothing. */
export async function activeSecrets({ reader }: OrgContext, appId: string): Promise<string[]> {
  const secrets = await reader.list<ClientSecret>(secretsPath(appId));
  return plainSecrets(secrets.filter(({ status }) => status === 'ACTIVE').map(({ client_secret }) => client_secret));
}

export const plainSecrets = (secrets: readonly string[]): string[] => [...secrets].sort();

/** Adds what is wanted and missing, then switches off what is not wanted: the app has a secret at all times. */
export async function setSecrets(context: OrgContext, appId: string, wanted: readonly string[]): Promise<void> {
  const { api } = context;
  const path = secretsPath(appId);
  for (const value of wanted) {
    const there = await api.list<ClientSecret>(path);
    const same = there.find(({ client_secret }) => client_secret === value);
    if (same?.status === 'ACTIVE') continue;
    if (same) await api.post(`${path}/${same.id}/lifecycle/activate`);
    else {
      await makeRoom(context, path, there, wanted);
      await api.post(path, { client_secret: value });
    }
  }
  for (const { id, client_secret, status } of await api.list<ClientSecret>(path)) {
    if (status === 'ACTIVE' && !wanted.includes(client_secret)) await api.post(`${path}/${id}/lifecycle/deactivate`);
  }
}

/** Okta refuses a third one: one that is not wanted goes, rather one that is off. An active one cannot be deleted (recorded). */
async function makeRoom(
  { api }: OrgContext,
  path: string,
  there: readonly ClientSecret[],
  wanted: readonly string[],
): Promise<void> {
  if (there.length < 2) return;
  const spare = there.filter(({ client_secret }) => !wanted.includes(client_secret));
  const going = spare.find(({ status }) => status === 'INACTIVE') ?? spare[0];
  if (!going) return;
  if (going.status === 'ACTIVE') await api.post(`${path}/${going.id}/lifecycle/deactivate`);
  await api.delete(`${path}/${going.id}`);
}
