/**
 * What no source settles, and what the emulator takes for true instead. One list, so that a report can say what it rests
 * on and a probe of a real org can check it. Code that rests on an assumption names its id.
 */

export interface Assumption {
  id: string;
  assumed: string;
  why: string;
  /** Where it shows: what would be different if it were wrong. */
  matters: string;
}

export const ASSUMPTIONS: readonly Assumption[] = [
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
    id: 'phone-one-method',
    assumed:
      'A phone enrolled at sign-in by SMS can be used by SMS only, until voice is enrolled too; and the reverse.',
    why: 'The Factors API keeps one factor per method. Lists of enrolments show both methods during enrolment (recorded), which may be the authenticator’s.',
    matters: 'Whether a user who enrolled by SMS may choose a voice call.',
  },
  {
    id: 'email-auto-enrolled',
    assumed:
      'The primary email of an active user counts as enrolled and verified whenever policy allows the email authenticator.',
    why: 'Help pages say email is enrolled by itself when it is allowed; recorded enrolment lists hold it for users who never enrolled it.',
    matters: 'Whether email is offered as a second factor once policy says optional.',
  },
  {
    id: 'email-asks-before-sending',
    assumed:
      'Email, verified or enrolled, has a form that asks before the message is sent: when it is the only factor left, and when it is chosen from a list without its method. Chosen with its method, and in recovery and unlock, it is sent at once.',
    why: 'Okta’s samples, whose client leaves the method out, show the form after the list when signing in and none in recovery; recordings of a client that names the method show none.',
    matters: 'One screen more in sign-ins by password and email.',
  },
  {
    id: 'email-callback-uri',
    assumed:
      'The link of an email leads an embedded sign-in back to its redirect URI with `otp` and `state`, and one without a state to a page with the code.',
    why: 'On a real org it leads to the Callback URI of the app’s email verification experience, a setting of the Admin Console that no API has; the guides set it to the redirect URI.',
    matters: 'Apps that take links of emails at another address.',
  },
  {
    id: 'email-link-tabs',
    assumed:
      'On the hosted page a link goes on in its own tab when the browser is the one in which the sign-in began, and the tab before is told so at its next poll; in another browser the link shows the code. An embedded page that polls is shown what comes next.',
    why: 'The guides describe the former, the widget has the texts for both tabs; what a poll of an embedded page gets is not told.',
    matters: 'What the first tab shows after a link was opened.',
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
    id: 'five-wrong-codes',
    assumed:
      'The fifth wrong code in a row answers 429 and locks the authenticator of this user for five minutes, also against resends.',
    why: 'A help page states it for one-time codes of Okta Verify; phone and email are taken to be alike.',
    matters: 'How soon a user who mistypes must wait.',
  },
  {
    id: 'unknown-user-info',
    assumed: 'The message about an unknown user has class INFO.',
    why: 'Fixtures of okta-auth-js say INFO, a recording of 2022 says WARNING.',
    matters: 'Styling only.',
  },
  {
    id: 'voice-amr',
    assumed: 'A sign-in by voice call lists `tel` and `mca` in the amr claim.',
    why: 'Recorded for SMS (`sms`, `mca`); release notes give mca for calls too; tel is the Session API’s name.',
    matters: 'Apps that look for the method in amr.',
  },
  {
    id: 'nonce-echoed',
    assumed: 'The nonce of /interact is echoed in the ID token.',
    why: 'As in authorize flows; the recorded clients sent none.',
    matters: 'Clients that check the nonce themselves.',
  },
  {
    id: 'hook-fails-over',
    assumed:
      'Whatever is wrong with a telephony inline hook (timeout, status, error object, FAILED, an answer nobody understands), Okta sends the code itself where it may.',
    why: 'The guide says so of errors and timeouts; an older page says an error object ends the delivery.',
    matters: 'Whether a user whose hook is broken still gets a code.',
  },
  {
    id: 'hook-voice-channel',
    assumed: 'For a call the telephony inline hook gets deliveryChannel "Voice call".',
    why: 'Documented as "SMS or CALL" and as "SMS or voice"; receivers in use handle "voice call".',
    matters: 'Receivers that compare the value word for word.',
  },
  {
    id: 'hook-execute-refused',
    assumed:
      'Executing a hook whose service fails is refused with status 400 and the code of the error catalogue for it: E0000134, for no answer in time E0000137, for an answer that is no JSON object E0000135.',
    why: 'The API reference says 400 with more about what failed; it names no code, and the catalogue has these.',
    matters: 'Clients that look at the code of such a refusal.',
  },
  {
    id: 'failed-send',
    assumed:
      'A code that neither hook nor Okta could send is refused with E0000138 and status 500, in the Factors API and in the sign-in, which stays where it was.',
    why: 'The error catalogue has it for failing call providers; it was never seen in a sign-in.',
    matters: 'What people read when no message can be sent.',
  },
  {
    id: 'phone-number-form',
    assumed: 'A phone number is valid when it is E.164 with 7 to 15 digits; the number plan is not consulted.',
    why: 'Okta also refuses premium, toll-free and unassigned numbers, by data that is not public.',
    matters: 'A number accepted here may be refused there.',
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
    id: 'question-texts',
    assumed: 'The message for a wrong answer to a security question, and its status 401.',
    why: 'As for a wrong code; the text is that of the Factors API.',
    matters: 'Only what people read.',
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
    id: 'okta-verify-documents',
    assumed:
      'The documents of Okta Verify have the members that okta-auth-js and the widget read; both wait for the phone every four seconds, enrolment at /challenge/poll and push notifications at /authenticators/poll. The URL in QR code and link is one of the emulator; a link that is sent again replaces the one before. A push notification that was turned down answers 400 with the widget’s text and the choice of method; one that is left unanswered stays open as long as the sign-in.',
    why: 'Read off the clients; no recording of these screens was used.',
    matters: 'Clients that read more of these documents than Okta’s own do, and texts that people read.',
  },
  {
    id: 'webauthn-documents',
    assumed:
      'The documents of security keys have the members that okta-auth-js and the widget read; attestation `none` is asked for, `packed` is taken too, without a look at who vouches for it. A refused answer has status 400 and the widget’s text, and does not count towards a lock. A person may enrol several, any of which will do. Each proves possession, also where the user was verified.',
    why: 'Read off the clients and the guide; no recording of these screens was used.',
    matters: 'Clients that read more of these documents; rules that ask for user verification.',
  },
  {
    id: 'webauthn-origins',
    assumed:
      'A security key may be asked for by pages of the org, of trusted origins, and of the origins of the app’s redirect URIs.',
    why: 'The specification leaves the list to the relying party; Okta’s samples ask on pages of the app, which no guide has trusted first.',
    matters: 'Pages of other origins are refused here, and may not be there.',
  },
  {
    id: 'myaccount-refusals',
    assumed:
      'The MyAccount API refuses a request without its version with 406 E0000021, a bad token with 401 E0000011, a missing scope with 403 E0000006, a code that comes too soon as the Factors API does, and says of a new password which demand of the policy it misses. How long ago somebody signed in is told by auth_time, in the same browser or not.',
    why: 'The reference has the statuses, not these codes; its guide says that tokens older than 15 minutes need another sign-in.',
    matters: 'Clients that look at the code of such a refusal, or refresh a token and then change something.',
  },
  {
    id: 'push-factor-answers',
    assumed:
      'The QR code of a pending push factor, and a notification of the Factors API, are good for five minutes; asking for the activation of one that ran out makes a new one. The QR code is an image in the answer itself, and links by email and SMS are not offered.',
    why: 'The API reference has the schemas and says that both are short-lived; the examples give five minutes.',
    matters: 'Clients that poll for long, or follow the links to send the activation.',
  },
  {
    id: 'okta-verify-proof',
    assumed:
      'Setting up Okta Verify proves it as a code of it would. Codes and push notifications are set up together; FastPass is not.',
    why: 'The weakest reading: which method an enrolment counts as is not told anywhere.',
    matters: 'Rules that demand more than possession of a device in the sign-in that sets it up; the amr claim of it.',
  },
  {
    id: 'codes-end-with-tokens',
    assumed:
      'Revoking all tokens of a user, by ending sessions with oauthTokens or by deactivating, also voids the interaction and authorization codes that were not redeemed yet.',
    why: 'The API reference names tokens; a code from before would bring new ones.',
    matters: 'An app that redeems its code right after an admin signed the user out.',
  },
  {
    id: 'removed-factor-refused',
    assumed:
      'A factor that was removed, got another number, or whose method was switched off after a code or a push notification went out proves nothing: the answer is refused with 401 "Authentication failed", beside what policy wants next. Through the Factors API such a factor is not verified: 403 E0000079.',
    why: 'Okta says that what an admin removes or deactivates is good no longer at once, and not how a sign-in that waits for it is told.',
    matters: 'The message that a person reads whose factor was removed in the middle of a sign-in.',
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
    id: 'mfa-remembered-on-device',
    assumed:
      'A second factor is remembered for person and device when "Remember this device" was ticked, or was left alone under a rule with rememberDeviceByDefault, and it then spares them what the global session policy demands, not what the app’s rule does. A browser gets its DT cookie then; X-Device-Token names a device in its stead.',
    why: 'Help pages say that people who do not opt in are prompted at the next sign-in, that the app’s rules have settings of their own for it, and that Okta uses the lifetime of the global session policy. When Okta sends the cookie first is not told.',
    matters: 'Whether a second sign-in on a device asks for the second factor.',
  },
  {
    id: 'mfa-lifetime-in-session',
    assumed:
      'Within a session a second factor older than the MFA lifetime is asked for again where the rule prompts by lifetime, and a factor that is too old for the app’s rule counts for the org no more either.',
    why: 'The lifetime is described as the time until the next challenge; what it means for a session that is under way is not.',
    matters: 'Whether an app opened in a session leads to a prompt.',
  },
  {
    id: 'mfa-lifetime-default',
    assumed: 'A rule that prompts by MFA lifetime and names none has 15 minutes.',
    why: 'The default of the Admin Console by a support article; the API reference has none.',
    matters: 'How soon people of such a rule are prompted again.',
  },
  {
    id: 'log-factor-names',
    assumed:
      'The names of factors other than password, SMS and email in the debug data of events, and that setting up Okta Verify on a phone logs one user.mfa.factor.activate by the user for each method.',
    why: 'The catalog names the events, not the values of debugData nor how often they come.',
    matters: 'Readers of the System Log that look for a factor by this name.',
  },
  {
    id: 'clone-name',
    assumed: 'A cloned app sign-in policy is called "[cloned] " and the name of its original.',
    why: 'No source gives the name.',
    matters: 'Clients that look for the clone by name; its id is in the answer.',
  },
  {
    id: 'org-factors-open',
    assumed:
      'A factor that is switched on at /org/factors can be enrolled through the Factors API, whatever the enrollment policy says.',
    why: 'Recorded for the security question in an org whose policies the recording does not show.',
    matters: 'Clients that still use the switches of Classic Engine.',
  },
  {
    id: 'added-authenticator-optional',
    assumed:
      'An authenticator that is added to the org, or activated without the default enrollment policy mentioning it, is optional there; one of the five that come with an org is not.',
    why: 'Recorded for custom_app and custom_otp: right after their activation they cannot be deactivated because the default policy uses them.',
    matters: 'Whether users are offered a new authenticator before anybody changed a policy.',
  },
];
