/** The OAuth scopes that a config needs, from its kinds. */
import type { Declared } from '../engine/kind.ts';
import { KINDS } from '../kinds/index.ts';

/** What tells the engines apart, and what decides sign-ins: the lockout guard reads that for any change. */
const ALWAYS_READ = ['policies', 'authenticators', 'apps', 'groups'];
/** What the lockout guard, explain and drift read besides; without it they say what they could not look at. */
const ALSO_READ = ['users', 'roles', 'logs', 'appGrants', 'networkZones'];

/** The scopes that applying these objects needs, sorted; `manage` of a resource includes its `read`. */
export function neededScopes(declared: readonly Declared[]): string[] {
  const managed = new Set(writtenBy(declared));
  const read = new Set([...ALWAYS_READ, ...readBesides(declared)]);
  return [
    ...[...managed].map((resource) => `okta.${resource}.manage`),
    ...[...read].filter((resource) => !managed.has(resource)).map((resource) => `okta.${resource}.read`),
  ].sort();
}

function writtenBy(declared: readonly Declared[]): string[] {
  return declared.flatMap(({ kind, spec }) => {
    const { writes = [], byField = {} } = KINDS.find(({ name }) => name === kind)?.resources ?? {};
    const further = Object.entries(byField).flatMap(([field, resource]) =>
      field in spec && resource ? [resource] : [],
    );
    return [...writes, ...further];
  });
}

/** What the kinds read beside their own, and the resources of what these objects refer to. */
function readBesides(declared: readonly Declared[]): string[] {
  return declared.flatMap(({ kind, spec, key }) => {
    const own = KINDS.find(({ name }) => name === kind);
    const named = own?.references(spec, key).map((reference) => reference.kind) ?? [];
    const resources = KINDS.filter(({ name }) => named.includes(name)).flatMap((other) => other.resources.writes);
    return [...(own?.resources.reads ?? []), ...resources];
  });
}

/**
 * The scopes to ask for: of those that an app was granted Okta gives what is asked for by its very name, so that an app which
 * may only read, and one which was granted no read since it may manage, are asked for both.
 * @param declared all kinds when there is no config
 */
export function scopesToAsk(declared?: readonly Declared[]): string[] {
  const written = declared ? writtenBy(declared) : KINDS.flatMap(({ resources }) => resources.writes);
  const read = declared ? readBesides(declared) : KINDS.flatMap(({ resources }) => resources.reads ?? []);
  const resources = new Set([...ALWAYS_READ, ...written, ...read]);
  const asked = [...resources].flatMap((resource) => [`okta.${resource}.manage`, `okta.${resource}.read`]);
  return [...new Set([...asked, ...ALSO_READ.map((resource) => `okta.${resource}.read`)])].sort();
}
