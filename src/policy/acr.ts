/** Step-up by `acr_values`: what each of Okta's predefined values demands of a sign-in, beside its policies (guide). */
import type { AssuranceConstraint, VerificationMethod } from '../wire/policy.ts';

export type AcrValue =
  | 'urn:okta:loa:1fa:any'
  | 'urn:okta:loa:1fa:pwd'
  | 'urn:okta:loa:2fa:any'
  | 'urn:okta:loa:2fa:any:ifpossible'
  | 'phr'
  | 'phrh';

const PHISHING_RESISTANT = { deviceBound: 'REQUIRED', phishingResistant: 'REQUIRED' } as const;

const DEMANDS: Readonly<Record<AcrValue, VerificationMethod>> = {
  'urn:okta:loa:1fa:any': demand('1FA'),
  'urn:okta:loa:1fa:pwd': demand('1FA', { knowledge: { types: ['password'] } }),
  'urn:okta:loa:2fa:any': demand('2FA'),
  'urn:okta:loa:2fa:any:ifpossible': demand('2FA'),
  phr: demand('1FA', { possession: PHISHING_RESISTANT }),
  phrh: demand('1FA', { possession: { ...PHISHING_RESISTANT, hardwareProtection: 'REQUIRED' } }),
};

function demand(factorMode: '1FA' | '2FA', constraint?: AssuranceConstraint): VerificationMethod {
  return { type: 'ASSURANCE', factorMode, ...(constraint ? { constraints: [constraint] } : {}) };
}

/** The first value of a request that Okta knows; others are ignored (guide). */
export function readAcrValues(text: string | undefined): AcrValue | undefined {
  return (text ?? '').split(' ').find((value): value is AcrValue => Object.hasOwn(DEMANDS, value));
}

export function acrDemand(value: AcrValue): VerificationMethod {
  return DEMANDS[value];
}

/** Whether a value gives way to any one factor where a person has not enrolled what it asks for. */
export function givesWay(value: AcrValue): boolean {
  return value === 'urn:okta:loa:2fa:any:ifpossible';
}
