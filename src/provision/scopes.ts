/** The OAuth scopes that a config needs, from its kinds. */
import type { Declared } from '../engine/kind.ts';
import { KINDS } from '../kinds/index.ts';

/** What every plan reads to tell the engines apart. */
const ALWAYS_READ = ['policies'];

/** The scopes that applying these objects needs, sorted; `manage` of a resource includes its `read`. */
export function neededScopes(declared: readonly Declared[]): string[] {
  const kinds = KINDS.filter(({ name }) => declared.some(({ kind }) => kind === name));
  const managed = new Set(kinds.flatMap(({ resources }) => resources?.writes ?? []));
  const read = new Set([...ALWAYS_READ, ...kinds.flatMap(({ resources }) => resources?.reads ?? [])]);
  return [
    ...[...managed].map((resource) => `okta.${resource}.manage`),
    ...[...read].filter((resource) => !managed.has(resource)).map((resource) => `okta.${resource}.read`),
  ].sort();
}

/**
 * The scopes to ask for: of those that an app was granted Okta gives what is asked for by its very name, so that an app which
 * may only read, and one which was granted no read since it may manage, are asked for both.
 * @param declared all kinds when there is no config
 */
export function scopesToAsk(declared?: readonly Declared[]): string[] {
  const kinds = KINDS.filter(({ name }) => declared?.some(({ kind }) => kind === name) ?? true);
  const named = kinds.flatMap(({ resources }) => [...(resources?.writes ?? []), ...(resources?.reads ?? [])]);
  return [...new Set([...ALWAYS_READ, ...named])]
    .sort()
    .flatMap((resource) => [`okta.${resource}.manage`, `okta.${resource}.read`]);
}
