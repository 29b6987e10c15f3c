/** The parts of the console, each from the org as it is now. Lists are bounded: a page is for people. */
import { html } from 'hono/html';
import type { Policy, PolicyRule } from '../../wire/policy.ts';
import type { Org } from '../org.ts';
import type { FactorEntity, MessageEntity, PolicyEntity, PolicyRuleEntity, UserEntity } from '../store/entities.ts';
import type { Exchange } from './exchanges.ts';
import { maskedAnswer, maskedPath } from './mask.ts';
import type { Html } from './page.ts';

const SHOWN = { messages: 30, users: 50, apps: 50 } as const;

export function messagesPart(org: Org): Html {
  const messages = org.store.messages.values().slice(-SHOWN.messages).reverse();
  const rows = messages.map((message) => {
    const login = org.store.users.get(message.userId)?.profile.login ?? message.userId;
    return html`<tr><td>${time(message.at)}</td><td><span class="chip">${message.channel}</span> ${message.to}</td>
<td>${codeOf(message)}</td><td class="small">${login}</td></tr>`;
  });
  return html`<h2 id="h-messages">Messages <small>newest first</small></h2>
${table(['Time', 'To', 'Code', 'User'], rows, 'Nothing was sent yet.')}`;
}

function codeOf({ code, delivery, text, link }: MessageEntity): Html {
  if (delivery === 'lost') return html`<span class="bad">lost by a fault</span>`;
  const way = delivery === 'hook' ? html` <span class="soft small">by the hook</span>` : '';
  const open =
    link === undefined ? '' : html` <a class="small" href="${link}" target="_blank" rel="noreferrer">open its link</a>`;
  return html`<span class="code" title="${text}">${code}</span>${way}${open}`;
}

export function requestsPart(org: Org): Html {
  const exchanges = org.exchanges.list();
  if (exchanges.length === 0) return html`<p class="soft">No client has asked for anything yet.</p>`;
  return html`${exchanges.map((one) => exchange(org, one))}`;
}

function exchange(org: Org, { number, method, path, status, at, durationMs, answer }: Exchange): Html {
  const text = maskedAnswer(org, answer);
  return html`<details id="r${number}"><summary>${time(at)} ${statusOf(status)} <strong class="small">${method}</strong> <code>${maskedPath(path)}</code>
<span class="soft small">${durationMs.toFixed(0)} ms</span></summary>${
    text === '' ? html`<p class="soft small">No JSON in the answer.</p>` : html`<pre tabindex="0">${text}</pre>`
  }</details>`;
}

function statusOf(status: number): Html {
  if (status === 0) return html`<span class="bad">dropped</span>`;
  const mood = status < 400 ? 'good' : status < 500 ? 'warn' : 'bad';
  return html`<span class="${mood}">${status}</span>`;
}

export function usersPart(org: Org, beginning = ''): Html {
  const wanted = beginning.trim().toLowerCase();
  const users: UserEntity[] = [];
  for (const user of wanted === '' ? org.store.users.head(SHOWN.users) : org.store.users.values()) {
    if (user.profile.login.toLowerCase().startsWith(wanted)) users.push(user);
    if (users.length === SHOWN.users) break;
  }
  const rows = users.map((user) => {
    const groups = [...org.store.memberships.leftsOf(user.id)].flatMap(
      (id) => org.store.groups.get(id)?.profile.name ?? [],
    );
    return html`<tr><td><strong>${user.profile.login}</strong><br><span class="soft small">${user.profile.firstName} ${user.profile.lastName}</span></td>
<td><span class="${user.status === 'ACTIVE' ? 'good' : 'warn'}">${user.status}</span></td>
<td><ul class="plain">${factorsOf(org, user)}</ul></td><td class="small" data-label="Groups">${groups.join(', ')}</td><td><code>${user.id}</code></td></tr>`;
  });
  return html`<p class="soft small">${users.length} of ${org.store.users.size} users</p>
${table(['User', 'Status', 'Factors', 'Groups', 'Id'], rows, 'No user has such a login.')}`;
}

function factorsOf(org: Org, user: UserEntity): Html[] {
  const password = user.passwordHash === undefined ? [] : [html`<li>password</li>`];
  const others = org.store.factors.findAll('userId', user.id).map((factor) => {
    const pending = factor.status === 'ACTIVE' ? '' : html` <span class="warn small">${factor.status}</span>`;
    return html`<li>${factor.factorType} <span class="soft small">${targetOf(factor)}</span>${pending}</li>`;
  });
  return [...password, ...others];
}

function targetOf({ profile, provider }: FactorEntity): string {
  const target = profile.phoneNumber ?? profile.email ?? profile.question;
  return typeof target === 'string' ? target : provider;
}

const POLICY_TYPES: readonly [type: Policy['type'], title: string][] = [
  ['MFA_ENROLL', 'Authenticator enrollment'],
  ['ACCESS_POLICY', 'App sign-in'],
  ['OKTA_SIGN_ON', 'Global session'],
  ['PASSWORD', 'Password'],
];

export function policiesPart(org: Org): Html {
  const parts = POLICY_TYPES.map(([type, title]) => {
    const policies = org.store.policies.filter((policy) => policy.type === type).sort(inOrder);
    return html`<h3>${title}</h3>${policies.map((policy) => policyPart(org, policy))}`;
  });
  return html`<h2 id="h-policies">Policies <small>in the order they are tried</small></h2>${parts}`;
}

function policyPart(org: Org, policy: PolicyEntity): Html {
  const rules = org.store.policyRules.filter((rule) => rule.policyId === policy.id).sort(inOrder);
  return html`<details id="p${policy.id}"><summary><strong>${policy.name}</strong>
${policy.status === 'ACTIVE' ? '' : html`<span class="chip warn">inactive</span>`}${policy.system ? html`<span class="chip">system</span>` : ''}
<span class="soft small">${rules.length} rule${rules.length === 1 ? '' : 's'}</span></summary>
${levels(org, policy)}${usedBy(org, policy)}<ol class="rules">${rules.map(
    (rule) =>
      html`<li><strong>${rule.name}</strong>${rule.status === 'ACTIVE' ? '' : html` <span class="warn">inactive</span>`} <span class="soft">${actionOf(rule)}</span></li>`,
  )}</ol></details>`;
}

function inOrder(a: Pick<PolicyRule, 'system' | 'priority'>, b: Pick<PolicyRule, 'system' | 'priority'>): number {
  return Number(a.system) - Number(b.system) || a.priority - b.priority;
}

function levels(org: Org, { settings }: PolicyEntity): Html {
  const entries = (settings as { authenticators?: { key: string; enroll: { self: string } }[] } | undefined)
    ?.authenticators;
  if (!Array.isArray(entries)) return html``;
  const nameOf = (key: string) => org.store.authenticators.values().find((row) => row.key === key)?.name ?? key;
  return html`<p class="small">${entries.map(
    ({ key, enroll }) =>
      html`<span class="chip">${nameOf(key)}: ${enroll.self.toLowerCase().replace('_', ' ')}</span> `,
  )}</p>`;
}

function usedBy(org: Org, policy: PolicyEntity): Html {
  if (policy.type !== 'ACCESS_POLICY') return html``;
  const apps = org.store.apps.filter((app) => app.accessPolicyId === policy.id).slice(0, SHOWN.apps);
  return html`<p class="small soft">${apps.length === 0 ? 'No app uses it.' : apps.map((app) => app.label).join(', ')}</p>`;
}

function actionOf({ actions }: PolicyRuleEntity): string {
  if (actions.appSignOn) {
    const { access, verificationMethod } = actions.appSignOn;
    return access === 'DENY' ? 'denied' : `${verificationMethod?.factorMode ?? verificationMethod?.type ?? 'allowed'}`;
  }
  if (actions.signon)
    return `${actions.signon.access.toLowerCase()}${actions.signon.requireFactor ? ', a second factor' : ''}`;
  return actions.enroll ? `enrol: ${actions.enroll.self.toLowerCase()}` : '';
}

export function appsPart(org: Org): Html {
  const rows = org.store.apps.head(SHOWN.apps).map((app) => {
    const { oauthClient } = app.settings;
    const policy = org.store.policies.get(app.accessPolicyId)?.name ?? '';
    return html`<tr><td><strong>${app.label}</strong><br><span class="soft small">${oauthClient?.application_type ?? app.signOnMode}</span></td>
<td><span class="${app.status === 'ACTIVE' ? 'good' : 'warn'}">${app.status}</span></td>
<td data-label="Client id"><code>${app.credentials.oauthClient?.client_id ?? ''}</code></td><td class="small" data-label="Policy">${policy}</td>
<td class="small">${(oauthClient?.redirect_uris ?? []).join(' ')}</td></tr>`;
  });
  return html`<h2 id="h-apps">Apps <small>${rows.length} of ${org.store.apps.size}</small></h2>
${table(['App', 'Status', 'Client id', 'Sign-in policy', 'Redirect URIs'], rows, 'There is no app.')}`;
}

function table(heads: readonly string[], rows: readonly Html[], empty: string): Html {
  if (rows.length === 0) return html`<p class="soft">${empty}</p>`;
  return html`<table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}

function time(iso: string): Html {
  return html`<time class="time" datetime="${iso}">${iso.slice(11, 19)}</time>`;
}
