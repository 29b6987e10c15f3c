/** The assumptions of the Management API that clients of it brought up. */
import type { Assumption } from '../assumptions.ts';

export const MANAGEMENT_ASSUMPTIONS: readonly Assumption[] = [
  {
    id: 'app-user-attributes',
    assumed:
      'The profile of an OIDC app’s users has one attribute of its own, userName; those of groups are name and description. A profile may hold attributes that the schema of an app or of groups does not name.',
    why: 'The API reference has examples of the schemas without saying which attributes an app brings along.',
    matters: 'Clients that change base attributes of an app, or that rely on Okta to refuse an unknown one.',
  },
  {
    id: 'ssws-without-space',
    assumed: 'An API token counts without the space between SSWS and the token as well.',
    why: 'Okta’s own Python SDK sends it so since its version 3; the reference shows the space.',
    matters: 'Whether that SDK can call the org at all.',
  },
];
