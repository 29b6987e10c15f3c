/**
 * What no source settles, and what the emulator takes for true instead. One list, so that a report can say what it rests
 * on and a probe of a real org can check it. Code that rests on an assumption names its id.
 */

import { FACTOR_ASSUMPTIONS } from './factor-assumptions.ts';
import { MANAGEMENT_ASSUMPTIONS } from './management/assumptions.ts';

export interface Assumption {
  id: string;
  assumed: string;
  why: string;
  /** Where it shows: what would be different if it were wrong. */
  matters: string;
}

export const ASSUMPTIONS: readonly Assumption[] = [
  ...FACTOR_ASSUMPTIONS,
  {
    id: 'optional-offered-when-enrolling',
    assumed:
      'Optional authenticators are put before the user, with a skip, only in a sign-in that enrols something anyway.',
    why: 'Recordings show the list with skip after an enrolment, and none in sign-ins of users who have what they need.',
    matters: 'Whether a user with a phone sees a "set up" page at sign-in.',
  },
  {
    id: 'required-enrolled-at-sign-in',
    assumed:
      'A required authenticator is enrolled at the next sign-in to any app, for rules that say CHALLENGE and LOGIN alike.',
    why: 'The OpenAPI description says the same of both and calls LOGIN a value of Classic orgs.',
    matters: 'Whether an app that asks for a password only sends users to the enrolment page.',
  },
  {
    id: 'list-form-at-challenge',
    assumed:
      'The list to choose another authenticator stays beside a challenge when there is another authenticator or method to choose.',
    why: 'Recorded with two authenticators; recorded to be absent with one authenticator of one method.',
    matters: 'Whether "use another method" shows.',
  },
  {
    id: 'access-told-after-first-factor',
    assumed:
      'That a user is not assigned, or denied by a rule, is said after the first verified factor, not for a bare identifier.',
    why: 'Recorded with identifier and password on one page only.',
    matters: 'The order of messages in identifier-first sign-ins.',
  },
  {
    id: 'no-matching-policy-status',
    assumed:
      'A sign-in for which no rule of the authorization server allows the Interaction Code grant is refused with 400, at introspect when no rule can match, else at its end.',
    why: 'The message was seen at introspect; its status was not.',
    matters: 'Clients treat every 4xx alike.',
  },
  {
    id: 'unknown-user-info',
    assumed: 'The message about an unknown user has class INFO.',
    why: 'Fixtures of okta-auth-js say INFO, a recording of 2022 says WARNING.',
    matters: 'Styling only.',
  },
  {
    id: 'nonce-echoed',
    assumed: 'The nonce of /interact is echoed in the ID token.',
    why: 'As in authorize flows; the recorded clients sent none.',
    matters: 'Clients that check the nonce themselves.',
  },
  {
    id: 'hook-execute-refused',
    assumed:
      'Executing a hook whose service fails is refused with status 400 and the code of the error catalogue for it: E0000134, for no answer in time E0000137, for an answer that is no JSON object E0000135.',
    why: 'The API reference says 400 with more about what failed; it names no code, and the catalogue has these.',
    matters: 'Clients that look at the code of such a refusal.',
  },
  {
    id: 'refresh-by-sign-in-rule',
    assumed: 'A refresh is let through by a rule that allows the authorization code or interaction code grant.',
    why: 'Rules of authorization servers cannot name the refresh grant.',
    matters: 'Refreshing after a rule was narrowed.',
  },
  {
    id: 'service-scopes-narrowed',
    assumed:
      'A service app that asks for some okta.* scopes it was granted and some it was not gets the former; sign-ins of users get okta.* scopes without a grant of the app.',
    why: 'The refusal that was seen says that none of the scopes is allowed. The latter is a limitation: a real org demands the grant there too.',
    matters: 'Whether a missing grant shows at the token or at the first call that needs it.',
  },
  {
    id: 'dpop-refused-with-400',
    assumed:
      'The Management API answers a bound token without a fitting proof of possession, or sent as Bearer, with 400, the reason in WWW-Authenticate and the error body of a bad token.',
    why: 'Status and header are quoted by users of Okta’s SDKs for proofs that were wrong or used before; no body is.',
    matters: 'What a client that handles DPoP wrongly gets to read.',
  },
  {
    id: 'any-admin-role',
    assumed: 'Who has an admin role, whichever it is, may do what the scopes of the token allow.',
    why: 'A limitation: Okta evaluates the permissions of each role.',
    matters: 'A role that is too small shows only on a real org.',
  },
  {
    id: 'read-only-objects',
    assumed:
      'Deleting or deactivating what Okta made (system policies and rules, built-in groups, system scopes and claims, its own apps) is refused with 403 E0000111, changing an immutable attribute with 403 E0000077.',
    why: 'The API omits DELETE from the links of these objects; the error catalogue has codes for it, no recording has one.',
    matters: 'Clients that look at the code of such a refusal.',
  },
  {
    id: 'refusal-texts',
    assumed:
      'The cause texts of some refusals: an inactive authenticator in an enrollment policy, an unknown group in conditions, a policy still assigned to an app, the last method of the phone authenticator, a factor that policy does not allow, OIDC grants without redirect URI or response type, an active authorization server deleted, a trusted origin that exists, a rule for which a policy has no priority left, a profile attribute against the limits or choices of its schema, a zone with an unknown country or without addresses, the features of an app that nobody provisions through, a redirect URI that is not absolute, a private key among the keys of a client, lifetimes of refresh tokens beyond their limits, a recovery answer that is too short (its cause is known, its summary is not), a negative number of minutes in a global session rule.',
    why: 'That Okta refuses these is documented or follows from its clients; the exact text was never seen.',
    matters: 'Only what people read; code and status are as for other validation failures.',
  },
  {
    id: 'rule-names-unique',
    assumed: 'Two rules of one policy cannot have the same name.',
    why: 'Policies are known to have unique names per type; rules are taken to be alike.',
    matters: 'A duplicate that a real org would accept is refused here.',
  },
  {
    id: 'activate-active-authenticator',
    assumed: 'Activating an ACTIVE authenticator is refused, as deactivating an INACTIVE one is.',
    why: 'The latter is recorded.',
    matters: 'Clients that activate without looking.',
  },
  {
    id: 'authenticator-settings-merge',
    assumed: 'A PUT of an authenticator, or of one of its methods, keeps the settings it leaves out.',
    why: 'Not settled by any source; sending all settings gives the same either way.',
    matters: 'Clients that send part of the settings.',
  },
  {
    id: 'deleted-group-stays-named',
    assumed: 'A policy that names a deleted group keeps naming it, and takes its conditions back as they were read.',
    why: 'No source; removing the name could make a policy apply to nobody without a word.',
    matters: 'What a policy shows after one of its groups is gone.',
  },
  {
    id: 'admin-password-ends-waiting',
    assumed: 'A password set by an admin makes a user in status PASSWORD_EXPIRED or RECOVERY active.',
    why: 'What these statuses wait for is a password.',
    matters: 'Whether such a user may sign in at once.',
  },
  {
    id: 'client-context-kept',
    assumed:
      'A forwarded address and a device token that came with one request of a sign-in hold for its later requests without them.',
    why: 'A maintainer of okta-idx-java says context headers are read at /interact; okta-auth-js sends them with every call.',
    matters: 'Server-side apps that set the headers for some of their calls only.',
  },
  {
    id: 'blocklist-in-pipeline',
    assumed: 'A sign-in from an address in a zone of usage BLOCKLIST ends with security.access_denied.',
    why: 'Help pages say that such requests are blocked before policy; the answer is not shown.',
    matters: 'The text that a blocked client sees.',
  },
  {
    id: 'recovery-without-requirement',
    assumed:
      'Where a password rule names no methods for recovery, the ACTIVE ones of the policy’s recovery settings count, and when none is, email, SMS and voice.',
    why: 'Rules of orgs from before Identity Engine have no requirement; their settings list factors, all INACTIVE in recorded fresh orgs.',
    matters: 'What a fresh org offers to somebody who forgot the password.',
  },
  {
    id: 'unlock-offered',
    assumed: 'The first screen offers to unlock an account when a rule of any active password policy allows it.',
    why: 'The form was seen with and without it; nobody is known yet whose policy could be asked.',
    matters: 'Whether the link shows where only some groups may unlock.',
  },
  {
    id: 'unknown-user-recovery',
    assumed: 'Recovery and unlock tell that an account does not exist, with the message of the first screen.',
    why: 'Okta’s texts have no other message for it; orgs with user enumeration prevention go on as if it existed.',
    matters: 'What somebody sees who mistypes their name there.',
  },
  {
    id: 'expired-password-first',
    assumed: 'A password that has run out is to be changed right after it was given, before a second factor.',
    why: 'No source shows the order.',
    matters: 'The order of screens for such users.',
  },
  {
    id: 'registration-staged',
    assumed: 'Who registers is STAGED until everything required is enrolled, and may begin anew until then.',
    why: 'The status of a user who has not finished is not shown anywhere.',
    matters: 'What the Management API shows of half-registered users.',
  },
  {
    id: 'registration-order',
    assumed:
      'Where the profile enrollment policy demands that the address is verified, its form follows the profile, then the password, the other required authenticators and the optional ones; else the password comes first. Where the password is optional and email alone is required, the code goes out right after the profile.',
    why: 'The newer features of Okta’s samples; older ones and the guides show the password first under the same policy.',
    matters: 'The order of screens when somebody registers.',
  },
  {
    id: 'recovery-list',
    assumed:
      'Recovery shows the list of authenticators also when there is only one, and a code by email goes out when it is chosen.',
    why: 'The newer features of Okta’s samples; an older one goes straight to the code.',
    matters: 'One screen more for users who can recover by email only.',
  },
  {
    id: 'unlocked-text',
    assumed:
      'The end of an unlock says "Your account is now unlocked!" under the key oie.selfservice.unlock_user.success.message.',
    why: 'The text is that of the features of Okta’s samples, which ran against Okta; the key is the one the widget knows, and shows its own label for. A unit test of okta-auth-js has the key without "oie.".',
    matters: 'Clients that look for the text or the key.',
  },
  {
    id: 'code-used-by-failed-redemption',
    assumed:
      'An interaction or authorization code is used up by the first attempt to redeem it, also by one that is refused.',
    why: 'Codes are for one use; no source says what a refused attempt does to them.',
    matters: 'Clients that try again after a wrong secret or verifier.',
  },
  {
    id: 'account-token-lifetime',
    assumed:
      'The token of an activation link is good for seven days, that of a reset link for an hour, each until a password is set or a newer one is made.',
    why: 'The defaults of the org’s settings by the help pages; the settings themselves are not part of the emulator.',
    matters: 'How long a link in a mail can be used.',
  },
  {
    id: 'session-resumed-at-introspect',
    assumed:
      'A sign-in that starts in a browser with a session skips what is still fresh, at its first introspect; who may not use the app is told so then.',
    why: 'Help pages describe re-authentication intervals per rule; no recording has the cookie.',
    matters: 'Whether an embedded sign-in in a browser with a session shows a form at all.',
  },
  {
    id: 'simulation-answer',
    assumed:
      'A policy simulation answers with one evaluation per policy type, in which conditions have the names of the API; a context without user and groups stands for somebody who is in no group but Everyone; `undefined` comes with EVALUATED.',
    why: 'The API reference gives the schema of the answer, no example.',
    matters: 'Clients that read the names of conditions or count evaluations.',
  },
  {
    id: 'myaccount-refusals',
    assumed:
      'The MyAccount API refuses a request without its version with 406 E0000021, a bad token with 401 E0000011, a missing scope with 403 E0000006, a code that comes too soon as the Factors API does, and says of a new password which demand of the policy it misses. How long ago somebody signed in is told by auth_time, in the same browser or not.',
    why: 'The reference has the statuses, not these codes; its guide says that tokens older than 15 minutes need another sign-in.',
    matters: 'Clients that look at the code of such a refusal, or refresh a token and then change something.',
  },
  {
    id: 'codes-end-with-tokens',
    assumed:
      'Revoking all tokens of a user, by ending sessions with oauthTokens or by deactivating, also voids the interaction and authorization codes that were not redeemed yet.',
    why: 'The API reference names tokens; a code from before would bring new ones.',
    matters: 'An app that redeems its code right after an admin signed the user out.',
  },
  {
    id: 'dynamic-zone-criteria',
    assumed:
      'A dynamic zone holds an address that fits each of the criteria it names: one of its locations, one of its networks, its type of proxy. proxyType "" or "null" is no criterion, and an address of which nothing is known is in no dynamic zone.',
    why: 'The help pages name the criteria and not how they go together; the API reference calls an empty proxyType "no proxy used".',
    matters: 'Rules for zones that name more than one kind of criterion.',
  },
  {
    id: 'ip-service-groups',
    assumed:
      'Of the collective IP service categories, an anonymizing proxy counts to ALL_ANONYMIZERS and either ANONYMIZER_TOR or ALL_ANONYMIZERS_EXCEPT_TOR; it and every single service to ALL_PROXIES_VPNS and ALL_IP_SERVICES.',
    why: 'Their names; which services each comprises is not published.',
    matters: 'Enhanced dynamic zones that name a collective category.',
  },
  {
    id: 'log-state-code',
    assumed: 'The System Log shows the ISO 3166-2 code of a region as its state, and no coordinates.',
    why: 'A limitation: Okta has the full name; the emulator has no list of them.',
    matters: 'Readers of the System Log that look for the name of a state.',
  },
  {
    id: 'clone-name',
    assumed: 'A cloned app sign-in policy is called "[cloned] " and the name of its original.',
    why: 'No source gives the name.',
    matters: 'Clients that look for the clone by name; its id is in the answer.',
  },
  {
    id: 'added-authenticator-optional',
    assumed:
      'An authenticator that is added to the org, or activated without the default enrollment policy mentioning it, is optional there; one of the five that come with an org is not.',
    why: 'Recorded for custom_app and custom_otp: right after their activation they cannot be deactivated because the default policy uses them.',
    matters: 'Whether users are offered a new authenticator before anybody changed a policy.',
  },
  ...MANAGEMENT_ASSUMPTIONS,
];
