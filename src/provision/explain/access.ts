/** Whether a user may use an app at all, before any policy is asked. Read only. */
import { ADMIN_CONSOLE } from '../../guard/org-view.ts';
import { isForbidden, isNotFound, type OktaApi } from '../../okta/api.ts';
import type { Application, AppUser } from '../../wire/application.ts';
import type { RoleAssignment, User } from '../../wire/directory.ts';

/** One of the two: the Admin Console is nobody's by assignment, admins reach it by their role. */
export interface Access {
  /** Directly, through a group, or because every user is. */
  readonly assigned?: boolean;
  /** `unknown` where the credentials may not read roles. */
  readonly adminRole?: 'yes' | 'no' | 'unknown';
}

export async function readAccess(api: OktaApi, app: Application, user: User): Promise<Access> {
  if (app.name === ADMIN_CONSOLE) return { adminRole: await adminRole(api, user) };
  return { assigned: await isAssigned(api, app, user) };
}

/** Roles that come by a group are in the list, too. */
async function adminRole(api: OktaApi, user: User): Promise<'yes' | 'no' | 'unknown'> {
  try {
    const roles = await api.list<RoleAssignment>(`/api/v1/users/${user.id}/roles`);
    return roles.length > 0 ? 'yes' : 'no';
  } catch (error) {
    if (isForbidden(error)) return 'unknown';
    throw error;
  }
}

async function isAssigned(api: OktaApi, app: Application, user: User): Promise<boolean> {
  if (app.settings.implicitAssignment === true) return true;
  try {
    await api.get<AppUser>(`/api/v1/apps/${app.id}/users/${user.id}`);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
