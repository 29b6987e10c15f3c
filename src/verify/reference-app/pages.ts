/**
 * The pages of the reference app: one per screen of the guide, plus enrolment, profile and errors. Plain HTML that works
 * without a script. `data-screen` and its companions say to the browser driver what a person sees anyway.
 */
import { html } from 'hono/html';
import { authenticatorTitle } from '../../shared/authenticators.ts';
import type { PhoneMethod, Screen, ScreenMessage } from '../screens.ts';

type Html = ReturnType<typeof html>;

const NOTHING = html``;

export function screenPage(screen: Screen): Html {
  const { title, lead, body, wide } = content(screen);
  return layout(
    title,
    html`<main data-screen="${screen.kind}" ${attributes(screen)} class="card${wide === true ? ' wide' : ''}">
      <h1>${title}</h1>
      ${screen.messages.map(messageBox)}
      ${lead === undefined ? NOTHING : html`<p class="lead">${lead}</p>`}
      ${body}
    </main>`,
  );
}

/** A page for what went wrong in the app itself. */
export function errorPage(message: string): Html {
  return layout(
    'Something went wrong',
    html`<main data-screen="error" class="card">
      <h1>Something went wrong</h1>
      ${messageBox({ text: message, level: 'error' })}
      ${startOver()}
    </main>`,
  );
}

interface Content {
  title: string;
  lead?: string | Html;
  body: Html;
  wide?: boolean;
}

function content(screen: Screen): Content {
  switch (screen.kind) {
    case 'identify':
      return { title: 'Sign in', body: identifyForm(screen.withPassword) };
    case 'password':
      return { title: 'Enter your password', body: html`${passwordForm()}${otherWays(screen.others)}${startOver()}` };
    case 'choose-authenticator':
      return {
        title: 'Verify it’s you',
        lead: 'Choose how you want to verify.',
        body: html`${authenticatorButtons('choose-authenticator', screen.options)}${startOver()}`,
      };
    case 'choose-phone-method':
      return {
        title: 'Verify with your phone',
        lead: html`How should we send a code${recipient(screen, ' to ')}?`,
        body: html`${methodButtons(screen.methods)}${otherWays(screen.others)}${startOver()}`,
      };
    case 'send-code':
      return {
        title: `Verify with your ${authenticatorTitle(screen.authenticator).toLowerCase()}`,
        lead: html`We’ll send a code${recipient(screen, ' to ')}.`,
        body: html`${sendCodeForm()}${otherWays(screen.others)}${startOver()}`,
      };
    case 'enter-code':
      return {
        title: 'Enter the code',
        lead: codeLead(screen),
        body: html`${codeForm()}${screen.canResend ? resendForm() : NOTHING}${otherWays(screen.others)}${startOver()}`,
      };
    case 'choose-enrolment':
      return {
        title: 'Protect your account',
        lead: screen.canSkip
          ? 'You can add another way to verify that it’s you.'
          : 'Set up another way to verify that it’s you.',
        body: html`${authenticatorButtons('choose-enrolment', screen.options)}
        ${screen.canSkip ? skipForm() : NOTHING}${startOver()}`,
      };
    case 'enrol-phone':
      return {
        title: 'Set up your phone',
        lead: 'We’ll send a code to make sure that the number is yours.',
        body: html`${enrolPhoneForm(screen.methods)}${screen.canSkip ? skipForm() : NOTHING}${startOver()}`,
      };
    case 'enter-enrolment-code':
      return {
        title: 'Confirm your phone',
        lead: codeLead(screen),
        body: html`${codeForm()}${screen.canResend ? resendForm() : NOTHING}${startOver()}`,
      };
    case 'signed-in':
      return profile(screen.claims);
    case 'refused':
      return { title: 'You can’t sign in', body: startOver() };
    case 'unknown':
      return {
        title: 'This app can’t show the next step',
        lead: `Okta asks for “${screen.name}”.`,
        body: startOver(),
      };
  }
}

/** What the driver must know beside the form itself. */
function attributes(screen: Screen): Html {
  switch (screen.kind) {
    case 'send-code':
    case 'enter-code':
    case 'enter-enrolment-code':
      return html`data-authenticator="${screen.authenticator}"`;
    case 'refused':
      return screen.code === undefined ? NOTHING : html`data-code="${screen.code}"`;
    case 'unknown':
      return html`data-name="${screen.name}"`;
    default:
      return NOTHING;
  }
}

function messageBox(message: ScreenMessage): Html {
  return html`<p role="alert" class="message ${message.level}" data-level="${message.level}" ${
    message.key === undefined ? NOTHING : html`data-key="${message.key}"`
  }>${message.text}</p>`;
}

function identifyForm(withPassword: boolean): Html {
  return html`<form method="post" action="/sign-in/identify">
    <label for="username">Username</label>
    <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>
    ${withPassword ? passwordField() : NOTHING}
    <button class="primary">${withPassword ? 'Sign in' : 'Next'}</button>
  </form>`;
}

function passwordForm(): Html {
  return html`<form method="post" action="/sign-in/password">
    ${passwordField()}
    <button class="primary">Sign in</button>
  </form>`;
}

function passwordField(): Html {
  return html`<label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required>`;
}

function authenticatorButtons(action: 'choose-authenticator' | 'choose-enrolment', names: readonly string[]): Html {
  return html`<form method="post" action="/sign-in/${action}" class="choices">
    ${names.map(
      (name) => html`<button name="authenticator" value="${name}" class="choice">${authenticatorTitle(name)}</button>`,
    )}
  </form>`;
}

function methodButtons(methods: readonly PhoneMethod[]): Html {
  return html`<form method="post" action="/sign-in/choose-phone-method" class="choices">
    ${methods.map(
      (method) =>
        html`<button name="method" value="${method}" class="choice">${
          method === 'sms' ? 'Text me a code' : 'Call me with a code'
        }</button>`,
    )}
  </form>`;
}

function sendCodeForm(): Html {
  return html`<form method="post" action="/sign-in/send-code"><button class="primary">Send me a code</button></form>`;
}

function otherWays(names: readonly string[]): Html {
  if (names.length === 0) return NOTHING;
  return html`<form method="post" action="/sign-in/choose-authenticator" class="others" aria-label="Other ways to verify">
    <span>Or verify with</span>
    ${names.map(
      (name) => html`<button name="authenticator" value="${name}" class="link">${authenticatorTitle(name)}</button>`,
    )}
  </form>`;
}

function codeLead(screen: Screen & { kind: 'enter-code' | 'enter-enrolment-code' }): Html {
  if (screen.channel === 'voice') {
    return html`We’re calling ${screen.recipient === undefined ? 'you' : recipient(screen, '')} with a code.`;
  }
  return html`We sent a code${recipient(screen, ' to ')}${screen.channel === 'sms' ? ' by text message' : screen.channel === 'email' ? ' by email' : ''}.`;
}

function recipient(screen: { recipient?: string }, before: string): Html {
  return screen.recipient === undefined ? NOTHING : html`${before}<span class="number">${screen.recipient}</span>`;
}

function codeForm(): Html {
  return html`<form method="post" action="/sign-in/enter-code">
    <label for="code">Code</label>
    <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10" required autofocus class="code">
    <button class="primary">Verify</button>
  </form>`;
}

function resendForm(): Html {
  return html`<form method="post" action="/sign-in/resend" class="inline">
    <button class="link">Send another code</button>
  </form>`;
}

function skipForm(): Html {
  return html`<form method="post" action="/sign-in/skip" class="inline"><button class="link">Set up later</button></form>`;
}

function enrolPhoneForm(methods: readonly PhoneMethod[]): Html {
  return html`<form method="post" action="/sign-in/enrol-phone">
    <label for="phone">Phone number</label>
    <input id="phone" name="phone" type="tel" autocomplete="tel" placeholder="+1 415 555 0132" required autofocus>
    <p class="note">With the country code, starting with +.</p>
    <div class="choices">
      ${methods.map(
        (method) =>
          html`<button name="method" value="${method}" class="choice">${
            method === 'sms' ? 'Text me a code' : 'Call me with a code'
          }</button>`,
      )}
    </div>
  </form>`;
}

function startOver(): Html {
  return html`<form method="post" action="/start-over" class="inline"><button class="link quiet">Back to sign in</button></form>`;
}

/** Claims that name the person first; the protocol's own after them. */
function profile(claims: Record<string, unknown>): Content {
  const name = typeof claims.name === 'string' ? claims.name : String(claims.preferred_username ?? 'you');
  return {
    title: `Signed in as ${name}`,
    lead: 'These are the claims of your ID token. The tokens themselves stay on the server.',
    wide: true,
    body: html`<table>
        <caption class="hidden">Claims of the ID token</caption>
        <thead><tr><th scope="col">Claim</th><th scope="col">Value</th></tr></thead>
        <tbody>${Object.entries(claims).map(
          ([claim, value]) => html`<tr data-claim="${claim}" data-json="${JSON.stringify(value)}">
            <th scope="row">${claim}</th><td>${readable(claim, value)}</td></tr>`,
        )}</tbody>
      </table>
      <form method="post" action="/sign-out"><button class="primary">Sign out</button></form>`,
  };
}

function readable(claim: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'number' && ['iat', 'exp', 'auth_time', 'updated_at'].includes(claim)) {
    return `${new Date(value * 1000).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function layout(title: string, main: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title}</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/styles.css">
</head>
<body>
  <header><span class="mark" aria-hidden="true"></span>Reference app</header>
  ${main}
  <footer>Served by orgproof on this machine, for verification.</footer>
</body>
</html>`;
}
