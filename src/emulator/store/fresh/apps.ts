import { type Org, orgNow } from '../../org.ts';
import type { FreshPolicies } from './policies.ts';

interface Seed {
  name: string;
  label: string;
  policy: keyof FreshPolicies;
  appLinks: Record<string, boolean>;
  emOptInStatus: string;
}

/** Okta's own apps (recorded): signOnMode OPENID_CONNECT, yet without `settings.oauthClient`. */
const SEEDS: readonly Seed[] = [
  {
    name: 'saasure',
    label: 'Okta Admin Console',
    policy: 'adminConsole',
    appLinks: { admin: true },
    emOptInStatus: 'ENABLED',
  },
  { name: 'okta_enduser', label: 'Okta Dashboard', policy: 'dashboard', appLinks: {}, emOptInStatus: 'NONE' },
  {
    name: 'okta_browser_plugin',
    label: 'Okta Browser Plugin',
    policy: 'browserPlugin',
    appLinks: {},
    emOptInStatus: 'NONE',
  },
];

export function seedApps(org: Org, policies: FreshPolicies): void {
  const now = orgNow(org);
  for (const seed of SEEDS) {
    org.store.apps.put({
      id: org.ids.next('0oa'),
      name: seed.name,
      label: seed.label,
      status: 'ACTIVE',
      created: now,
      lastUpdated: now,
      signOnMode: 'OPENID_CONNECT',
      accessibility: { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
      visibility: { autoSubmitToolbar: false, hide: { iOS: false, web: false }, appLinks: { ...seed.appLinks } },
      features: [],
      credentials: {
        userNameTemplate: { template: `\${source.login}`, type: 'BUILT_IN' },
        signing: { kid: org.store.org.signingKid },
      },
      universalLogout: { status: 'UNSUPPORTED' },
      settings: {
        app: {},
        notifications: { vpn: { network: { connection: 'DISABLED' }, message: null, helpUrl: null } },
        manualProvisioning: false,
        implicitAssignment: false,
        emOptInStatus: seed.emOptInStatus,
      },
      accessPolicyId: policies[seed.policy],
      profileEnrollmentPolicyId: policies.profileEnrollment,
      secrets: [],
    });
  }
}
