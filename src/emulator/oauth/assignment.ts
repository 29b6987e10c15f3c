import type { Org } from '../org.ts';
import type { ApplicationEntity } from '../store/entities.ts';

/** Whether a person is assigned to an app: directly, through a group, or because the app takes everyone. */
export function isAssigned(org: Org, app: ApplicationEntity, userId: string): boolean {
  if (app.settings.implicitAssignment === true) return true;
  if (org.store.appUsers.get(`${app.id}/${userId}`)) return true;
  for (const groupId of org.store.memberships.leftsOf(userId)) {
    if (org.store.appGroups.get(`${app.id}/${groupId}`)) return true;
  }
  return false;
}
