/**
 * Who signs in and from where: what policy conditions are held against. Plain facts, so that the emulator (a real
 * request), the lockout guard and `validate` (a class of people, no request at all) can ask the same questions.
 */
import type { Policy, PolicyRule } from '../wire/policy.ts';

/** A person, or a class of people who share groups and user type. */
export interface Person {
  id: string;
  groupIds: readonly string[];
  userTypeId?: string;
}

/** What Okta knows of the request. A member that is absent is not known; conditions on it then do not match. */
export interface SignInContext {
  /** The app that is signed in to. */
  appId?: string;
  /** Client address, for the reasons only; zones are matched by id. */
  ip?: string;
  /** Ids of the network zones that the client address lies in. */
  zoneIds?: readonly string[];
  platform?: { type: 'DESKTOP' | 'MOBILE' | 'OTHER'; os: string };
  deviceRegistered?: boolean;
  deviceManaged?: boolean;
  /** The device assurance policy that the device meets. */
  deviceAssuranceId?: string;
  /**
   * Minutes since this person last showed a second factor on this device and asked not to be prompted there again; absent:
   * never.
   */
  minutesSinceMfa?: number;
  riskLevel?: 'LOW' | 'MEDIUM' | 'HIGH';
}

/** A policy with its rules, in any order: priority decides. */
export interface PolicyWithRules {
  policy: Omit<Policy, '_links' | '_embedded'>;
  rules: readonly Omit<PolicyRule, '_links'>[];
}

export type AnyPolicy = PolicyWithRules['policy'];
export type AnyRule = PolicyWithRules['rules'][number];

/** Why a policy or rule was passed over, for `explain`. */
export interface Skipped {
  id: string;
  name: string;
  reason: string;
}
