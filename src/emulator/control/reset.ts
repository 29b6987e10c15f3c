import type { Org } from '../org.ts';
import { seedFreshOrg } from '../store/fresh-org.ts';
import { clearStore, restoreSnapshot } from '../store/snapshot.ts';

/** Back to the start: the org of the seed with its ids and keys, or a fresh org with new ones. */
export function resetOrg(org: Org): void {
  org.settings = { ...org.initialSettings };
  org.clock.reset();
  org.faults.clear();
  org.requests.clear();
  org.exchanges.clear();
  org.rateLimits.clear();
  if (org.pristine) {
    restoreSnapshot(org, org.pristine);
    const { adminUserId } = org.store.org;
    // The snapshot may be older than the hash, which is made behind the start.
    if (org.adminPasswordHash !== undefined) {
      org.store.users.patch(adminUserId, { passwordHash: org.adminPasswordHash });
    }
    return;
  }
  clearStore(org.store);
  org.signingKeys.clear();
  seedFreshOrg(org);
}
