/** Why a phone cannot be used for a step, or cannot be used by the method that the step names. */

import { levelOf, usableForAuthentication } from '../../policy/index.ts';
import { addressFor } from '../../shared/address.ts';
import type { PhoneMethod } from '../screens.ts';
import { methodName } from '../wording.ts';
import { type Cause, place } from './cause.ts';
import type { LiveOrg } from './live-org.ts';

const FACTOR_TYPES: Record<PhoneMethod, string> = { sms: 'sms', voice: 'call' };

/** Why the phone is not offered; undefined when nothing of the org speaks against it. */
export async function phoneCause(
  org: LiveOrg,
  purpose: 'verify' | 'enrol',
  method?: PhoneMethod,
): Promise<Cause | undefined> {
  const phone = await org.phone();
  if (phone?.status !== 'ACTIVE') {
    return {
      code: 'phone-disabled',
      message: 'Phone is not offered: the Phone authenticator is not active in this org.',
      hint: 'Set authenticators.phone.status to active.',
      ...place('authenticator/phone', 'status'),
    };
  }
  if (!usableForAuthentication(phone)) {
    return {
      code: 'phone-not-for-authentication',
      message: `Phone is not offered: the Phone authenticator may be used for ${phone.settings?.allowedFor} only.`,
      hint: 'Set authenticators.phone.usedFor to authentication and recovery.',
      ...place('authenticator/phone', 'usedFor'),
    };
  }
  const enrollment = await org.enrollment();
  if (enrollment !== undefined && levelOf(enrollment, 'phone_number') === 'NOT_ALLOWED') {
    const name = enrollment.policy?.name ?? '(none applies)';
    return {
      code: 'phone-disabled',
      message: `Phone is not offered: enrollment policy "${name}", which applies to ${org.login}, disables it (NOT_ALLOWED).`,
      hint: `Set authenticators.phone to optional or required in enrollment policy "${name}".`,
      ...place(addressFor('enrollmentPolicy', name), 'authenticators.phone'),
    };
  }
  const inactive = method === undefined ? undefined : await methodCause(org, method);
  if (inactive?.code === 'phone-method-inactive') return inactive;
  if (purpose === 'enrol') return undefined;
  const factors = await org.factors();
  if (factors.some((factor) => Object.values(FACTOR_TYPES).includes(factor.factorType))) return undefined;
  return {
    code: 'phone-not-enrolled',
    message: `Phone is not offered: ${org.login} has no phone enrolled.`,
    hint: 'Declare the phone of the user, or let the flow enrol one: enrol phone sms.',
    ...place(addressFor('user', org.login), 'phone'),
  };
}

/** Why the phone is offered without the wanted method. */
export async function methodCause(org: LiveOrg, method: PhoneMethod): Promise<Cause | undefined> {
  const phone = await org.phone();
  const status = phone?.methods.find((each) => each.type === method)?.status;
  if (status !== 'ACTIVE') {
    return {
      code: 'phone-method-inactive',
      message: `Phone is offered without ${methodName(method)}: the method is not active on the Phone authenticator.`,
      hint: `Set authenticators.phone.methods.${method} to active.`,
      ...place('authenticator/phone', `methods.${method}`),
    };
  }
  const factors = await org.factors();
  if (factors.some((factor) => factor.factorType === FACTOR_TYPES[method])) return undefined;
  return {
    code: 'phone-method-not-enrolled',
    message: `Phone is offered without ${methodName(method)}: ${org.login} has the phone enrolled without that method.`,
    hint: 'Declare the phone of the user: it is then enrolled for both SMS and voice call.',
    ...place(addressFor('user', org.login), 'phone'),
  };
}
