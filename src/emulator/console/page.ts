/** The console page. Everything from the org goes through `html`, which escapes it. */
import { html } from 'hono/html';
import { foldedLogin } from '../../shared/login.ts';
import type { Org } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';
import { effectivePolicy } from './effective.ts';
import { effectivePart } from './effective-part.ts';
import { appsPart, messagesPart, policiesPart, requestsPart, usersPart } from './parts.ts';

export type Html = ReturnType<typeof html>;

/** What of the address decides what is shown. */
export interface ConsoleQuery {
  /** Login or id of the user, id of the app: whose effective policy. */
  user?: string | undefined;
  app?: string | undefined;
  /** Beginning of the logins to list. */
  q?: string | undefined;
}

/** How many apps and users the page offers to choose from; a typed login reaches the others. */
const CHOICES = 200;

export function consolePage(org: Org, query: ConsoleQuery, baseUrl: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${org.store.org.name}: console</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_emulator/console/style.css">
<script src="/_emulator/console/script.js" defer></script>
</head>
<body>
<a class="skip" href="#messages">Skip to the messages</a>
<header>
<h1>${org.store.org.name}</h1>
<p><code>${baseUrl}</code></p>
<p data-part="state">${stateOf(org)}</p>
<p><span id="live" role="status" class="soft">loaded ${new Date(org.clock.now()).toISOString().slice(11, 19)}</span></p>
</header>
<nav aria-label="Sections">${SECTIONS.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>
<main>
<section id="messages" aria-labelledby="h-messages" data-part="messages">${messagesPart(org)}</section>
<section id="requests" aria-labelledby="h-requests" class="tall"><h2 id="h-requests">Requests <small>the last ones, newest first</small></h2>
<div class="list" tabindex="0" role="region" aria-labelledby="h-requests" data-part="requests">${requestsPart(org)}</div></section>
<section id="effective" aria-labelledby="h-effective">${chooser(org, query)}<div data-part="effective">${effective(org, query)}</div></section>
<section id="users" aria-labelledby="h-users" class="wide">${search(query)}<div data-part="users">${usersPart(org, query.q)}</div></section>
<section id="policies" aria-labelledby="h-policies" data-part="policies">${policiesPart(org)}</section>
<section id="apps" aria-labelledby="h-apps" data-part="apps">${appsPart(org)}</section>
</main>
</body>
</html>`;
}

const SECTIONS: readonly [id: string, title: string][] = [
  ['messages', 'Messages'],
  ['requests', 'Requests'],
  ['effective', 'Effective policy'],
  ['users', 'Users'],
  ['policies', 'Policies'],
  ['apps', 'Apps'],
];

function stateOf(org: Org): Html {
  const { rateLimits, telephony, embeddedSignIn } = org.settings;
  const faults = org.faults.list().faults.length;
  const notes = [
    ...(org.clock.frozen ? [`clock frozen at ${new Date(org.clock.now()).toISOString()}`] : []),
    ...(rateLimits ? ['rate limits on'] : []),
    ...(telephony ? [] : ['no telephony']),
    ...(embeddedSignIn ? [] : ['embedded sign-in off']),
    ...(faults > 0 ? [`${faults} fault${faults === 1 ? '' : 's'} armed`] : []),
  ];
  return html`${notes.map((note) => html`<span class="chip warn">${note}</span> `)}`;
}

function search({ q = '', user = '', app = '' }: ConsoleQuery): Html {
  return html`<h2 id="h-users">Users</h2>
<form method="get" action="/#users" role="search"><input type="hidden" name="user" value="${user}"><input type="hidden" name="app" value="${app}">
<div class="field"><label for="q">Login begins with</label><input id="q" name="q" value="${q}" autocomplete="off" spellcheck="false"></div><button>Find</button></form>`;
}

function chooser(org: Org, query: ConsoleQuery): Html {
  const users = org.store.users.head(CHOICES);
  const apps = org.store.apps.head(CHOICES);
  return html`<h2 id="h-effective">Effective policy</h2>
<form method="get" action="/#effective" data-auto><input type="hidden" name="q" value="${query.q ?? ''}">
<div class="field"><label for="user">User</label><input id="user" name="user" list="logins" value="${query.user ?? ''}" autocomplete="off" spellcheck="false" placeholder="login">
<datalist id="logins">${users.map((user) => html`<option value="${user.profile.login}"></option>`)}</datalist></div>
<div class="field"><label for="app">App</label><select id="app" name="app"><option value="">choose an app</option>${apps.map(
    (app) => html`<option value="${app.id}"${app.id === query.app ? html` selected` : ''}>${app.label}</option>`,
  )}</select></div><button>Show</button></form>`;
}

function effective(org: Org, query: ConsoleQuery): Html {
  if (!query.user || !query.app) return html`<p class="soft">Choose a user and an app.</p>`;
  const user = userOf(org, query.user);
  const app = org.store.apps.get(query.app);
  if (!user) return html`<p class="bad">There is no user ${query.user}.</p>`;
  if (!app) return html`<p class="bad">There is no such app.</p>`;
  return effectivePart(effectivePolicy(org, user, app));
}

function userOf(org: Org, loginOrId: string): UserEntity | undefined {
  return org.store.users.find('login', foldedLogin(loginOrId.trim())) ?? org.store.users.get(loginOrId);
}
