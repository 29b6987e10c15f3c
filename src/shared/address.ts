/** Addresses of declared objects: `kind/name`, parents first, e.g. `appSignInPolicyRule/Password and phone/Catch-all Rule`. */

/** The address of an object by its names, parents first. */
export function addressFor(kind: string, ...names: readonly string[]): string {
  return addressOf(kind, names.map(escapeName).join('/'));
}

/** The address of an object by its key. */
export function addressOf(kind: string, key: string): string {
  return `${kind}/${key}`;
}

/** A `/` inside a name is written `~1` in a key, `~` is `~0`, as JSON Pointer does. */
export function escapeName(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The names that a key is made of. */
export function namesOf(key: string): string[] {
  return key.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
