import type { Org } from '../org.ts';
import type { ApplicationEntity } from '../store/entities.ts';

/** Whether the app's profile enrollment policy lets strangers register: then the first screen offers it. */
export function registrationOffered(org: Org, app: ApplicationEntity): boolean {
  return org.store.policyRules
    .filter((rule) => rule.policyId === app.profileEnrollmentPolicyId && rule.status === 'ACTIVE')
    .some((rule) => {
      const action = rule.actions.profileEnrollment as { unknownUserAction?: string } | undefined;
      return action?.unknownUserAction === 'REGISTER';
    });
}
