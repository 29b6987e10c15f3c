import { randomBytes } from 'node:crypto';
import type { Org } from '../org.ts';

/** Okta rotates keys about every 90 days (recorded `nextRotation`). */
export const KEY_LIFETIME_MS = 90 * 24 * 60 * 60_000;

/**
 * A new key id: 43 characters, as the recorded ones. Never repeatable, not even in an org with repeatable ids: clients
 * cache keys by their id, and an id that comes back with another key breaks them.
 */
export function newKid(): string {
  return randomBytes(32).toString('base64url');
}

/** Ids of the keys that an authorization server's key set shows: the one in use, and those that signed what is still valid. */
export function publishedKids(org: Org, serverId: string, active: string): string[] {
  const expired = org.store.orgSettings.get(`keys/${serverId}`)?.value.expired;
  return [active, ...(Array.isArray(expired) ? expired.map(String) : [])];
}
