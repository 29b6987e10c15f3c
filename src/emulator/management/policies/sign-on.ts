/** `actions.signon` of global session rules: checked, and filled in as Okta does. */
import { DEFAULT_FACTOR_MINUTES } from '../../../policy/index.ts';
import type { SignOnAction } from '../../../wire/policy.ts';
import { invalid } from '../../http/okta-error.ts';
import { defined, flag, integer, type Json, oneOf, record } from '../input.ts';

/**
 * Okta's defaults, as recorded from orgs of 2025.
 * @param kept the action of a rule whose `usePersistentCookie` is read-only: the default rule of the default policy.
 */
export function readSignOn(value: unknown, kept?: SignOnAction): Json {
  const given = record(value);
  if (!given) throw invalid('actions.signon', 'actions.signon: The field cannot be left blank');
  const session = record(given.session) ?? {};
  const requireFactor = flag(given.requireFactor) ?? false;
  const factorPromptMode = requireFactor
    ? (oneOf(given.factorPromptMode, ['ALWAYS', 'SESSION', 'DEVICE'] as const) ?? 'ALWAYS')
    : undefined;
  return defined<Json>({
    access: oneOf(given.access, ['ALLOW', 'DENY'] as const) ?? 'ALLOW',
    requireFactor,
    primaryFactor:
      oneOf(given.primaryFactor, ['PASSWORD_IDP', 'PASSWORD_IDP_ANY_FACTOR'] as const) ?? 'PASSWORD_IDP_ANY_FACTOR',
    rememberDeviceByDefault: flag(given.rememberDeviceByDefault) ?? false,
    factorPromptMode,
    factorLifetime: requireFactor
      ? minutes(
          'factorLifetime',
          given.factorLifetime,
          factorPromptMode === 'SESSION' ? DEFAULT_FACTOR_MINUTES : undefined,
        )
      : undefined,
    session: {
      usePersistentCookie: kept?.session?.usePersistentCookie ?? flag(session.usePersistentCookie) ?? false,
      maxSessionIdleMinutes: minutes('session.maxSessionIdleMinutes', session.maxSessionIdleMinutes, 120),
      maxSessionLifetimeMinutes: minutes('session.maxSessionLifetimeMinutes', session.maxSessionLifetimeMinutes, 120),
    },
  });
}

/** Named assumption `refusal-texts`. */
function minutes<T extends number | undefined>(name: string, value: unknown, fallback: T): number | T {
  const given = integer(value);
  if (given !== undefined && given < 0) {
    throw invalid(`actions.signon.${name}`, `actions.signon.${name}: must not be negative`);
  }
  return given ?? fallback;
}
