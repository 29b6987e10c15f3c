/** Why email is not offered although a step asks for it. */

import { levelOf } from '../../policy/index.ts';
import { addressFor } from '../../shared/address.ts';
import { type Cause, place } from './cause.ts';
import type { LiveOrg } from './live-org.ts';

export async function emailCause(org: LiveOrg): Promise<Cause | undefined> {
  const enrollment = await org.enrollment();
  if (enrollment?.policy !== undefined && levelOf(enrollment, 'okta_email') === 'NOT_ALLOWED') {
    const { name } = enrollment.policy;
    return {
      code: 'email-disabled',
      message: `Email is not offered: enrollment policy "${name}", which applies to ${org.login}, disables it (NOT_ALLOWED).`,
      hint: `Set authenticators.email to optional or required in enrollment policy "${name}".`,
      ...place(addressFor('enrollmentPolicy', name), 'authenticators.email'),
    };
  }
  return {
    code: 'email-not-for-authentication',
    message: 'Email is not offered: the Email authenticator is inactive or for recovery only.',
    hint: 'Set authenticators.email.usedFor to authentication and recovery.',
    ...place('authenticator/email', 'usedFor'),
  };
}
