/** The part of the list of assumptions that is about factors: how they are enrolled, asked for, sent and remembered. */
import type { Assumption } from './assumptions.ts';

export const FACTOR_ASSUMPTIONS: readonly Assumption[] = [
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
    id: 'five-wrong-codes',
    assumed:
      'The fifth wrong code in a row answers 429 and locks the authenticator of this user for five minutes, also against resends.',
    why: 'A help page states it for one-time codes of Okta Verify; phone and email are taken to be alike.',
    matters: 'How soon a user who mistypes must wait.',
  },
  {
    id: 'voice-amr',
    assumed: 'A sign-in by voice call lists `tel` and `mca` in the amr claim.',
    why: 'Recorded for SMS (`sms`, `mca`); release notes give mca for calls too; tel is the Session API’s name.',
    matters: 'Apps that look for the method in amr.',
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
    id: 'question-texts',
    assumed: 'The message for a wrong answer to a security question, and its status 401.',
    why: 'As for a wrong code; the text is that of the Factors API.',
    matters: 'Only what people read.',
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
    id: 'removed-factor-refused',
    assumed:
      'A factor that was removed, got another number, or whose method was switched off after a code or a push notification went out proves nothing: the answer is refused with 401 "Authentication failed", beside what policy wants next. Through the Factors API such a factor is not verified: 403 E0000079.',
    why: 'Okta says that what an admin removes or deactivates is good no longer at once, and not how a sign-in that waits for it is told.',
    matters: 'The message that a person reads whose factor was removed in the middle of a sign-in.',
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
    id: 'org-factors-open',
    assumed:
      'A factor that is switched on at /org/factors can be enrolled through the Factors API, whatever the enrollment policy says.',
    why: 'Recorded for the security question in an org whose policies the recording does not show.',
    matters: 'Clients that still use the switches of Classic Engine.',
  },
];
