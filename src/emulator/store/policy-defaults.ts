/** Defaults that Okta fills into policies, shared by the fresh org and by policies that are created later. */

/** `settings` of a PASSWORD policy (recorded from fresh orgs). A new value each time. */
export function defaultPasswordSettings(): Record<string, unknown> {
  return {
    password: {
      complexity: {
        minLength: 8,
        minLowerCase: 1,
        minUpperCase: 1,
        minNumber: 1,
        minSymbol: 0,
        excludeUsername: true,
        dictionary: { common: { exclude: false } },
        excludeAttributes: [],
      },
      age: { maxAgeDays: 0, expireWarnDays: 0, minAgeMinutes: 0, historyCount: 4 },
      lockout: {
        maxAttempts: 10,
        autoUnlockMinutes: 0,
        userLockoutNotificationChannels: [],
        showLockoutFailures: false,
      },
      breachedProtection: { expireAfterDays: 0, logoutEnabled: true, delegatedWorkflowId: null },
    },
    recovery: {
      factors: {
        recovery_question: { status: 'INACTIVE', properties: { complexity: { minLength: 4 } } },
        okta_email: { status: 'INACTIVE', properties: { recoveryToken: { tokenLifetimeMinutes: 60 } } },
        okta_sms: { status: 'INACTIVE' },
        okta_call: { status: 'INACTIVE' },
      },
    },
    delegation: { options: { skipUnlock: false } },
  };
}
