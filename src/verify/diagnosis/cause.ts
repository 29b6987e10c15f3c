/** What a diagnosis says: what happened, how to mend it, and the field of the config that decides it. */

/** A field of a declared object. */
export interface Place {
  /** `kind/name`, e.g. `enrollmentPolicy/Default Policy`. */
  address: string;
  /** Path of the field in the object, e.g. `authenticators.email`; empty for the object itself. */
  path: string;
}

export interface Cause {
  /** Stable, kebab-case. */
  code: string;
  message: string;
  hint: string;
  place?: Place;
}

export function place(address: string, path = ''): { place: Place } {
  return { place: { address, path } };
}
