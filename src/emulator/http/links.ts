import type { Link } from '../../wire/common.ts';

/** A hypermedia link with the verbs it takes; none: no `hints`. */
export function link(href: string, ...allow: string[]): Link {
  return allow.length === 0 ? { href } : { href, hints: { allow } };
}

/** The `deactivate` link of an ACTIVE object, the `activate` link of an INACTIVE one. */
export function lifecycleLink(status: string, self: string): Record<string, Link> {
  const verb = status === 'ACTIVE' ? 'deactivate' : 'activate';
  return { [verb]: link(`${self}/lifecycle/${verb}`, 'POST') };
}
