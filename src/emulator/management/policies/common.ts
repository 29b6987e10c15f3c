import { OktaError } from '../../http/okta-error.ts';

/** Whether a policy, or rule, of this type is of the second generation, with its own ids and priorities. */
export function isV2(type: string): boolean {
  return type === 'ACCESS_POLICY' || type === 'PROFILE_ENROLLMENT';
}

export function readOnlyAttribute(name: string): OktaError {
  return new OktaError(403, 'E0000077', `Cannot modify the ${name} attribute because it is read-only.`);
}

/** The refusal of deleting or deactivating what Okta made (named assumption `read-only-objects`). */
export function readOnlyObject(name: string): OktaError {
  return new OktaError(403, 'E0000111', `Cannot modify the ${name} object because it is read-only.`);
}
