/**
 * Okta's sign-in semantics as pure functions on wire types: which policy and rule apply, what they demand, what can meet
 * it. The emulator obeys this; the lockout guard, `validate`, `explain` and the diagnosis of failed flows ask it.
 */
export { type AcrValue, readAcrValues } from './acr.ts';
export { addressesApart, addressSet, isRange } from './addresses.ts';
export { type AppSignInDecision, appSignInFor } from './app-sign-in.ts';
export { type Assurance, type AssuranceState, assess, type Demands } from './assurance.ts';
export {
  activeMethods,
  allowedFactors,
  type EnrollmentDecision,
  type EnrollmentNeed,
  enrollmentFor,
  enrollmentLevels,
  enrollmentNeed,
  levelOf,
  type OrgAuthenticator,
  skipOffered,
  usableForAuthentication,
} from './enrollment.ts';
export {
  amrOf,
  type Factor,
  type FactorClass,
  type FactorTraits,
} from './factors.ts';
export { type Geolocation, geolocate } from './geography.ts';
export { DEFAULT_FACTOR_MINUTES, type GlobalSessionDecision, globalSessionFor } from './global-session.ts';
export { blockingZone, type ClientAddress, clientAddress, platformOf, zoneFinder, zonesAround } from './network.ts';
export {
  accessDenied,
  assessSignIn,
  type Decisions,
  decide,
  type Outlook,
  outlook,
  type SignInRules,
  verdict,
} from './outlook.ts';
export type { AnyPolicy, AnyRule, Person, PolicyWithRules, SignInContext, Skipped } from './person.ts';
export { type Selected, type Selection, selectPolicy } from './select.ts';
export { type Evaluated, type EvaluatedPolicy, type Simulation, simulate } from './simulate.ts';
