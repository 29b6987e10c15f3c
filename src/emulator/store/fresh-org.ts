/**
 * The state of a fresh Identity Engine (Integrator) org, with telephony and embedded sign-in switched on (settings). Each
 * area is data in `fresh/`; this file only orders them, since policies name groups and apps name policies.
 */
import type { Org } from '../org.ts';
import { seedApps } from './fresh/apps.ts';
import { seedAuthenticators } from './fresh/authenticators.ts';
import { seedDefaultAuthorizationServer } from './fresh/authorization-server.ts';
import { seedBehaviors } from './fresh/behaviors.ts';
import { seedCustomization } from './fresh/customization.ts';
import { seedDirectory } from './fresh/directory.ts';
import { seedPolicies } from './fresh/policies.ts';
import { newKid } from './signing.ts';

/** Fills an empty store with what a fresh org holds. */
export function seedFreshOrg(org: Org): void {
  const { store, ids } = org;
  store.info = {
    id: ids.next('00o'),
    name: 'Emulated org',
    cell: 'op3',
    adminUserId: '',
    everyoneGroupId: '',
    defaultUserTypeId: ids.next('oty'),
    signingKid: newKid(),
  };
  Object.assign(store.info, seedDirectory(org));
  seedAuthenticators(org);
  seedApps(org, seedPolicies(org));
  seedDefaultAuthorizationServer(org);
  seedCustomization(org);
  seedBehaviors(org);
}
