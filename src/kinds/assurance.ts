/** What an app sign-in rule demands: the Admin Console's words on one side, `verificationMethod` on the other. Pure. */
import type { AppSignOnAction, AssuranceConstraint, PossessionConstraint, VerificationMethod } from '../wire/policy.ts';

/** "User must authenticate with", as the Admin Console offers it. */
export const MUST_AUTHENTICATE_WITH = [
  'password',
  'password + another factor',
  'possession factor',
  'any 1 factor',
  'any 2 factors',
] as const;

export type MustAuthenticateWith = (typeof MUST_AUTHENTICATE_WITH)[number];

/** How a demand that the console's words do not reach is shown; an undo puts it back from there. */
const CUSTOM = 'custom: ';
export type CustomDemand = `${typeof CUSTOM}${string}`;

/** "Possession factor constraints are", as the Admin Console offers them, beside their members on the wire. */
const POSSESSION = {
  'device bound': 'deviceBound',
  'hardware protected': 'hardwareProtection',
  'phishing resistant': 'phishingResistant',
  'user presence': 'userPresence',
  'user verification': 'userVerification',
} as const;

export type PossessionWord = keyof typeof POSSESSION;
export const POSSESSION_WORDS = Object.keys(POSSESSION) as [PossessionWord, ...PossessionWord[]];

/** The assurance of a rule in words. `userMustAuthenticateWith` is `custom: …` where the console's words do not reach. */
export interface Assurance {
  userMustAuthenticateWith: string;
  possessionFactorMustBe: string[];
  reauthenticateAfter: string | undefined;
}

const KNOWLEDGE_PASSWORD: AssuranceConstraint = { knowledge: { types: ['password'] } };

/** `verificationMethod` without its durations, e.g. `2FA` and a password for "password + another factor". */
export function toVerificationMethod(
  words: MustAuthenticateWith | CustomDemand,
  possessionFactorMustBe: readonly PossessionWord[],
): VerificationMethod {
  if (isCustom(words)) return JSON.parse(words.slice(CUSTOM.length)) as VerificationMethod;
  const possession: PossessionConstraint = Object.fromEntries(
    possessionFactorMustBe.map((word) => [POSSESSION[word], 'REQUIRED']),
  );
  const asked = possessionFactorMustBe.length > 0 ? { possession } : {};
  switch (words) {
    case 'password':
      return { type: 'ASSURANCE', factorMode: '1FA', constraints: [KNOWLEDGE_PASSWORD] };
    case 'password + another factor':
      return { type: 'ASSURANCE', factorMode: '2FA', constraints: [{ ...KNOWLEDGE_PASSWORD, ...asked }] };
    case 'possession factor':
      return { type: 'ASSURANCE', factorMode: '1FA', constraints: [{ possession }] };
    case 'any 1 factor':
      return { type: 'ASSURANCE', factorMode: '1FA', constraints: [] };
    case 'any 2 factors':
      return { type: 'ASSURANCE', factorMode: '2FA', constraints: possessionFactorMustBe.length > 0 ? [asked] : [] };
  }
}

/** The words for a live rule's demand, whatever Okta filled in. */
export function fromVerificationMethod(method: VerificationMethod | undefined): Assurance {
  const custom = (): Assurance => ({
    userMustAuthenticateWith: `${CUSTOM}${JSON.stringify(withoutDurations(method))}`,
    possessionFactorMustBe: [],
    reauthenticateAfter: method?.reauthenticateIn,
  });
  if (method?.type !== 'ASSURANCE' || (method.constraints?.length ?? 0) > 1) return custom();
  const { knowledge, possession, inherence } = method.constraints?.[0] ?? {};
  const password = knowledge && isPlainPassword(knowledge);
  const possessionWords = possession && wordsOf(possession);
  if (inherence || (knowledge && !password) || (possession && !possessionWords)) return custom();
  const words = wordsFor(method.factorMode, password === true, possession !== undefined);
  if (words === undefined) return custom();
  return {
    userMustAuthenticateWith: words,
    possessionFactorMustBe: possessionWords ?? [],
    reauthenticateAfter: method.reauthenticateIn,
  };
}

/** The parts of a demand that the words cover, for leaving a live one's other parts as they are. */
export function mergeVerificationMethod(
  live: VerificationMethod | undefined,
  words: { method: VerificationMethod | undefined; reauthenticateAfter: string | undefined },
): VerificationMethod {
  const { method, reauthenticateAfter } = words;
  const base = method ?? live ?? { type: 'ASSURANCE', factorMode: '2FA', constraints: [] };
  const inactivityPeriod = live?.inactivityPeriod;
  const reauthenticateIn = reauthenticateAfter ?? live?.reauthenticateIn;
  return {
    ...base,
    ...(inactivityPeriod === undefined ? {} : { inactivityPeriod }),
    ...(reauthenticateIn === undefined ? {} : { reauthenticateIn }),
  };
}

function isCustom(words: string): words is CustomDemand {
  return words.startsWith(CUSTOM);
}

/** What a rule says beside its demand and its conditions, and the words do not. */
export function assuranceRemarks(action: AppSignOnAction | undefined): string[] {
  const { verificationMethod: method, keepMeSignedIn } = action ?? {};
  const again = (method?.constraints ?? []).flatMap((constraint) =>
    Object.entries(constraint).flatMap(([factor, { reauthenticateIn }]) =>
      reauthenticateIn === undefined || reauthenticateIn === method?.reauthenticateIn
        ? []
        : [`the ${factor} factor is asked for again after ${reauthenticateIn}, which has no word in the config`],
    ),
  );
  return [
    ...again,
    ...(method?.inactivityPeriod === undefined
      ? []
      : [`it asks again after ${method.inactivityPeriod} without activity, which has no word in the config`]),
    ...(keepMeSignedIn?.postAuth === 'ALLOWED' ? ['it offers to keep users signed in: no word in the config'] : []),
  ];
}

function wordsFor(
  mode: VerificationMethod['factorMode'],
  password: boolean,
  possession: boolean,
): MustAuthenticateWith | undefined {
  if (mode === '1FA') {
    if (password && possession) return undefined;
    return password ? 'password' : possession ? 'possession factor' : 'any 1 factor';
  }
  return password ? 'password + another factor' : 'any 2 factors';
}

function isPlainPassword(knowledge: NonNullable<AssuranceConstraint['knowledge']>): boolean {
  const { types, required, reauthenticateIn, ...rest } = knowledge;
  return types?.length === 1 && types[0] === 'password' && required !== false && Object.keys(rest).length === 0;
}

/** The words for a possession constraint, or undefined when it says more than they can. */
function wordsOf(possession: PossessionConstraint): PossessionWord[] | undefined {
  const { required, reauthenticateIn, ...rest } = possession;
  const known = new Map(POSSESSION_WORDS.map((word) => [POSSESSION[word] as string, word]));
  const words: PossessionWord[] = [];
  for (const [member, demand] of Object.entries(rest)) {
    const word = known.get(member);
    if (!word || (demand !== 'REQUIRED' && demand !== 'OPTIONAL')) return undefined;
    if (demand === 'REQUIRED') words.push(word);
  }
  return required === false ? undefined : words;
}

function withoutDurations(method: VerificationMethod | undefined): unknown {
  if (!method) return null;
  const { reauthenticateIn, inactivityPeriod, ...rest } = method;
  return rest;
}
