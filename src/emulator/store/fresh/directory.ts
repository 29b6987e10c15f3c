import { type Org, orgNow } from '../../org.ts';
import type { FactorEntity } from '../entities.ts';

/** The login of the super admin that every fresh org has, and whose API token the org accepts. */
export const ADMIN_LOGIN = 'admin@example.com';

/** The built-in groups and the one super admin, with password, email and Okta Verify. */
export function seedDirectory(org: Org): { adminUserId: string; everyoneGroupId: string } {
  const everyoneGroupId = builtInGroup(org, 'Everyone', 'All users in your organization');
  const administratorsGroupId = builtInGroup(
    org,
    'Okta Administrators',
    'Okta manages this group, which contains all administrators in your organization.',
  );
  const adminUserId = org.ids.next('00u');
  const now = orgNow(org);
  org.store.users.put({
    id: adminUserId,
    status: 'ACTIVE',
    created: now,
    activated: now,
    statusChanged: now,
    lastLogin: null,
    lastUpdated: now,
    passwordChanged: now,
    type: { id: org.store.org.defaultUserTypeId },
    profile: {
      firstName: 'Org',
      lastName: 'Admin',
      mobilePhone: null,
      secondEmail: null,
      login: ADMIN_LOGIN,
      email: ADMIN_LOGIN,
    },
    credentials: { password: {}, provider: { type: 'OKTA', name: 'OKTA' } },
    ...(org.adminPasswordHash === undefined ? {} : { passwordHash: org.adminPasswordHash }),
    passwordHistory: [],
    failedLogins: 0,
  });
  org.store.memberships.add(everyoneGroupId, adminUserId);
  org.store.memberships.add(administratorsGroupId, adminUserId);
  seedAdminFactors(org, adminUserId);
  seedDirectoryMeta(org, adminUserId);
  return { adminUserId, everyoneGroupId };
}

function builtInGroup(org: Org, name: string, description: string): string {
  const id = org.ids.next('00g');
  const now = orgNow(org);
  org.store.groups.put({
    id,
    created: now,
    lastUpdated: now,
    lastMembershipUpdated: now,
    objectClass: ['okta:user_group'],
    type: 'BUILT_IN',
    profile: { name, description },
  });
  return id;
}

function seedAdminFactors(org: Org, userId: string): void {
  const now = orgNow(org);
  const factor = (prefix: string, factorType: string, profile: Record<string, unknown>): FactorEntity => ({
    id: org.ids.next(prefix),
    userId,
    factorType,
    provider: 'OKTA',
    vendorName: 'OKTA',
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    profile,
  });
  org.store.factors.put(factor('eae', 'email', { email: ADMIN_LOGIN }));
  org.store.factors.put(factor('opf', 'push', { credentialId: ADMIN_LOGIN, deviceType: 'SmartPhone_IPhone' }));
  org.store.factors.put(factor('ost', 'token:software:totp', { credentialId: ADMIN_LOGIN }));
}

/** The default user type, and the role that makes the admin a super admin. */
function seedDirectoryMeta(org: Org, adminUserId: string): void {
  const now = orgNow(org);
  const id = org.store.org.defaultUserTypeId;
  org.store.userTypes.put({
    id,
    displayName: 'User',
    name: 'user',
    description: 'Okta user profile template with default permission settings',
    createdBy: 'sprt000000000000000',
    lastUpdatedBy: 'sprt000000000000000',
    created: now,
    lastUpdated: now,
    default: true,
    custom: {},
    base: {},
    schemaId: `osc${id.slice(3)}`,
  });
  org.store.roleAssignments.put({
    id: org.ids.next('ra1'),
    label: 'Super Administrator',
    type: 'SUPER_ADMIN',
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    assignmentType: 'USER',
    assigneeId: adminUserId,
  });
}
