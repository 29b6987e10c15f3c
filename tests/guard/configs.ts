/** Configs of one org, apart in what each test changes: an app for password and phone, and one user who has a phone. */
import type { Config } from '../../src/config/load.ts';
import { textConfig } from '../support/provision.ts';

export interface Changes {
  /** Of the Default Policy. */
  levels?: string;
  /** The phone authenticator. */
  phone?: string;
  /** The catch-all rule of the app's sign-in policy. */
  rule?: string;
  assignedTo?: string;
  /** Further users, as lines of the list. */
  users?: string;
  /** Further lines: flows, or other sections. */
  more?: string;
}

/** Text of a config without its version. */
export function phoneOrg(changes: Changes = {}): string {
  const {
    levels = 'password: required, email: disabled, oktaVerify: disabled, phone: optional',
    phone = 'status: active',
    rule = 'access: allowed, userMustAuthenticateWith: password + another factor',
    assignedTo = 'Everyone',
    users = '',
    more = '',
  } = changes;
  return `authenticators:
  phone: { ${phone} }
enrollmentPolicies:
  - name: Default Policy
    authenticators: { ${levels} }
appSignInPolicies:
  - name: Password and phone
    rules:
      - { name: Catch-all Rule, ${rule} }
groups: [{ name: Testers }, { name: Others }]
users:
  - { login: mary@example.com, firstName: Mary, lastName: Major, password: "\${env:MARY_PASSWORD}", phone: "+14155550132", groups: [Testers] }
${users}
apps:
  - label: Shop
    type: web
    grantTypes: [authorization code, interaction code]
    redirectUris: [http://localhost:8080/cb]
    signInPolicy: Password and phone
    assignedTo: [${assignedTo}]
flows:
  - { name: By SMS, user: mary@example.com, app: Shop, steps: [password, phone sms], expect: { signedIn: true } }
${more}`;
}

export function phoneConfig(changes: Changes = {}): Config {
  return textConfig(phoneOrg(changes));
}
