/** `actions.appSignOn` of app sign-in rules: checked, and normalised as Okta does (recorded). */

import type { MethodType } from '../../../wire/authenticator.ts';
import type {
  AppSignOnAction,
  AssuranceConstraint,
  Demand,
  PossessionConstraint,
  VerificationMethod,
} from '../../../wire/policy.ts';
import { invalid } from '../../http/okta-error.ts';
import { defined, flag, type Json, oneOf, record, records, text, texts } from '../input.ts';

const DEMANDS = ['REQUIRED', 'OPTIONAL'] as const;
const DEFAULT_REAUTHENTICATION = 'PT12H';

export function readAppSignOn(value: unknown): AppSignOnAction {
  const given = record(value);
  if (!given) throw invalid('actions.appSignOn', 'actions.appSignOn: The field cannot be left blank');
  const keepMeSignedIn = record(given.keepMeSignedIn);
  return {
    access: oneOf(given.access, ['ALLOW', 'DENY'] as const) ?? 'ALLOW',
    verificationMethod: readVerificationMethod(record(given.verificationMethod) ?? {}),
    keepMeSignedIn: keepMeSignedIn
      ? defined({
          postAuth: oneOf(keepMeSignedIn.postAuth, ['ALLOWED', 'NOT_ALLOWED'] as const) ?? ('NOT_ALLOWED' as const),
          postAuthPromptFrequency: text(keepMeSignedIn.postAuthPromptFrequency),
        })
      : { postAuth: 'NOT_ALLOWED' },
  };
}

/** `AUTH_METHOD_CHAIN` keeps only its chains and the interval; factorMode and inactivityPeriod go (recorded). */
function readVerificationMethod(given: Json): VerificationMethod {
  const type = oneOf(given.type, ['ASSURANCE', 'AUTH_METHOD_CHAIN'] as const) ?? 'ASSURANCE';
  const reauthenticateIn = text(given.reauthenticateIn);
  if (type === 'AUTH_METHOD_CHAIN') {
    return defined<VerificationMethod>({ type, chains: readChains(given.chains), reauthenticateIn });
  }
  const factorMode = oneOf(given.factorMode, ['1FA', '2FA'] as const) ?? '2FA';
  const constraints = records(given.constraints)?.map((constraint) => readConstraint(constraint, factorMode));
  return defined<VerificationMethod>({
    factorMode,
    type,
    reauthenticateIn: reauthenticateIn ?? DEFAULT_REAUTHENTICATION,
    inactivityPeriod: text(given.inactivityPeriod),
    constraints: constraints && constraints.length > 0 ? constraints : undefined,
  });
}

/** Members other than the three classes are dropped without a word (recorded). */
function readConstraint(given: Json, factorMode: '1FA' | '2FA'): AssuranceConstraint {
  const constraint = defined<AssuranceConstraint>({
    knowledge: readClass(record(given.knowledge)),
    possession: readClass(record(given.possession)),
    inherence: readClass(record(given.inherence)),
  });
  const classes = Object.keys(constraint).length;
  if (classes > (factorMode === '1FA' ? 1 : 2)) {
    throw invalid(
      'constraints',
      `constraints: The number of constraints cannot exceed the number of factors required by ${factorMode}.`,
    );
  }
  return constraint;
}

function readClass(given: Json | undefined): PossessionConstraint | undefined {
  if (!given) return undefined;
  const excluded = readMethods(given.excludedAuthenticationMethods);
  return defined<PossessionConstraint>({
    required: flag(given.required) ?? excluded === undefined,
    types: texts(given.types),
    methods: texts(given.methods) as MethodType[] | undefined,
    authenticationMethods: readMethods(given.authenticationMethods),
    excludedAuthenticationMethods: excluded,
    reauthenticateIn: text(given.reauthenticateIn),
    deviceBound: demand(given.deviceBound),
    hardwareProtection: demand(given.hardwareProtection),
    phishingResistant: demand(given.phishingResistant),
    userPresence: demand(given.userPresence),
    userVerification: demand(given.userVerification),
    ...(given.userVerificationMethods === undefined
      ? {}
      : { userVerificationMethods: texts(given.userVerificationMethods) }),
  });
}

function demand(value: unknown): Demand | undefined {
  return oneOf(value, DEMANDS);
}

/** The methods that a constraint names; a key alone stands for all methods of it (OpenAPI 2026.06.3). */
function readMethods(value: unknown): { key: string; method?: string; id?: string }[] | undefined {
  return records(value)?.map((entry) => {
    const key = text(entry.key);
    if (key === undefined) throw invalid('authenticationMethods', 'authenticationMethods: key is required');
    return defined<{ key: string; method?: string; id?: string }>({
      key,
      id: text(entry.id),
      method: text(entry.method),
    });
  });
}

/** The methods of a chain's link, with what each must be besides (OpenAPI 2026.06.3). */
function readLinkMethods(value: unknown): Json[] {
  return (records(value) ?? []).map((entry) => {
    const key = text(entry.key);
    const method = text(entry.method);
    if (key === undefined || method === undefined) {
      throw invalid('authenticationMethods', 'authenticationMethods: key and method are required');
    }
    return defined<Json>({
      key,
      id: text(entry.id),
      method,
      hardwareProtection: demand(entry.hardwareProtection),
      phishingResistant: demand(entry.phishingResistant),
      userVerification: demand(entry.userVerification),
      userVerificationMethods: texts(entry.userVerificationMethods),
    });
  });
}

function readChains(value: unknown): Json[] {
  return (records(value) ?? []).map((link) =>
    defined<Json>({
      authenticationMethods: readLinkMethods(link.authenticationMethods),
      next: link.next === undefined || link.next === null ? undefined : readChains(link.next),
      reauthenticateIn: text(link.reauthenticateIn),
    }),
  );
}
