import type { Org } from '../org.ts';

/** Fills an empty store with what a fresh Identity Engine (Integrator) org holds. */
export function seedFreshOrg(_org: Org): void {}
