/**
 * The pages of the hosted sign-in. What comes from the org or the request goes through `html`, which escapes it, or into
 * a data attribute that the script reads; the content policy lets no other script run.
 */
import { html } from 'hono/html';
import type { AppContext } from '../http/context.ts';

type Html = ReturnType<typeof html>;

export interface SignInPage {
  orgName: string;
  appLabel: string;
  baseUrl: string;
  stateToken: string;
  /** Okta's widget draws the forms; otherwise the page's own script does. */
  widget: boolean;
}

export function signInPage({ orgName, appLabel, baseUrl, stateToken, widget }: SignInPage): Html {
  const folder = '/assets/js/sdk/okta-signin-widget';
  const head = widget
    ? html`<link rel="stylesheet" href="${folder}/css/okta-sign-in.min.css">
<script src="${folder}/js/okta-sign-in.min.js" defer></script>
<script src="/assets/sign-in/widget.js" defer></script>`
    : html`<script src="/assets/sign-in/page.js" defer></script>`;
  return page(
    `${orgName} - Sign In`,
    html`${head}`,
    html`<main>
<h1>Sign in to ${appLabel}</h1>
<div id="okta-login-container" data-base-url="${baseUrl}" data-state-token="${stateToken}"></div>
<noscript><p>This page needs JavaScript.</p></noscript>
</main>`,
  );
}

/** An error that cannot be sent back to the app. */
export function errorPage(error: string, description: string): Html {
  return page(
    '400 Bad Request',
    html``,
    html`<main><h1>400</h1><h2>Bad Request</h2>
<p>Your request resulted in an error. <strong>${description}</strong></p><p><code>${error}</code></p></main>`,
  );
}

/** Something to read, and nothing to do. */
export function notePage(title: string, text: string): Html {
  return page(title, html``, html`<main><h1>${title}</h1><p>${text}</p></main>`);
}

/** A one-time code to type where it was asked for. */
export function codePage(code: string, appLabel: string): Html {
  return page(
    'Your verification code',
    html``,
    html`<main><h1>Your verification code</h1><p class="number">${code}</p>
<p>Enter this code on the sign-in page of ${appLabel}.</p>
<p>If you did not ask for it, ignore this page: without the code nobody gets in.</p></main>`,
  );
}

/** The answer as a form that sends itself: `response_mode=form_post`. */
export function formPostPage(action: string, parameters: Readonly<Record<string, string>>): Html {
  const fields = Object.entries(parameters).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return page(
    'Submit this form',
    html`<script src="/assets/sign-in/post.js" defer></script>`,
    html`<form id="appForm" method="post" action="${action}">${fields}
<noscript><button type="submit">Continue</button></noscript></form>`,
  );
}

/** The answer as a message to the window that opened or holds this one: `response_mode=okta_post_message`. */
export function postMessagePage(targetOrigin: string, parameters: Readonly<Record<string, string>>): Html {
  return page(
    'Signing in',
    html`<script src="/assets/sign-in/message.js" defer></script>`,
    html`<div id="message" data-origin="${targetOrigin}" data-message="${JSON.stringify(parameters)}"></div>`,
  );
}

function page(title: string, head: Html, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="none">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/sign-in/page.css">
${head}
</head>
<body>
${body}
</body>
</html>`;
}

/** Own scripts only. The widget evaluates its templates and sets styles; a frame is for silent answers to the app alone. */
export function sendPage(
  c: AppContext,
  content: Html,
  options: { status?: 200 | 400; framed?: boolean; widget?: boolean } = {},
): Response | Promise<Response> {
  const policy = [
    "default-src 'self'",
    options.widget === true ? "script-src 'self' 'unsafe-eval'" : "script-src 'self'",
    options.widget === true ? "style-src 'self' 'unsafe-inline'" : "style-src 'self'",
    "img-src 'self' data:",
    ...(options.framed === true ? [] : ["frame-ancestors 'none'"]),
    "base-uri 'none'",
  ];
  c.header('Content-Security-Policy', policy.join('; '));
  c.header('Cache-Control', 'no-cache, no-store');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'no-referrer');
  return c.html(content, options.status ?? 200);
}
