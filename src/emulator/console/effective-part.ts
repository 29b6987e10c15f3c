/** The effective policy as a person reads it: what applies, what it demands, what would do, what was passed over and why. */
import { html } from 'hono/html';
import type { Skipped } from '../../policy/index.ts';
import type { Effective } from './effective.ts';
import type { Html } from './page.ts';

export function effectivePart(effective: Effective): Html {
  const { assigned, appSignIn, enrollment, globalSession, next } = effective;
  return html`<dl>
<dt>Assigned</dt><dd>${assigned ? 'yes' : html`<span class="bad">no: the sign-in is refused</span>`}</dd>
<dt>App sign-in policy</dt><dd><strong>${appSignIn.policy}</strong>, rule <strong>${appSignIn.rule}</strong>: ${demand(effective)}</dd>
<dt>Global session</dt><dd>rule <strong>${globalSession.rule}</strong></dd>
<dt>Enrollment</dt><dd><strong>${enrollment.policy}</strong>, rule <strong>${enrollment.rule}</strong></dd>
<dt>After the password</dt><dd>${next.verb}${next.factors.length > 0 ? html`: ${next.factors.join(', ')}` : ''}</dd>
<dt>Verdict</dt><dd>${verdict(effective)}</dd>
</dl>
<h3>Authenticators</h3>
<ul class="plain">${effective.authenticators.map(
    ({ name, level, enrolled }) =>
      html`<li>${name} <span class="chip">${LEVELS[level] ?? level}</span>${enrolled ? html` <span class="good small">enrolled</span>` : ''}</li>`,
  )}</ul>
${skippedList('Passed over in the app sign-in policy', appSignIn.skipped)}
${skippedList('Passed over in the enrollment policies', enrollment.skipped)}
${skippedList('Passed over in the global session policies', globalSession.skipped)}`;
}

const LEVELS: Readonly<Record<string, string>> = {
  REQUIRED: 'required',
  OPTIONAL: 'optional',
  NOT_ALLOWED: 'disabled',
  INACTIVE: 'inactive in the org',
};

function demand({ appSignIn }: Effective): Html {
  if (appSignIn.denied) return html`<span class="bad">access denied</span>`;
  return html`${appSignIn.demand}`;
}

function verdict({ outlook }: Effective): Html {
  if (outlook.verdict === 'can') return html`<span class="good">can sign in with what is enrolled</span>`;
  if (outlook.verdict === 'byEnrolling') {
    const keys = [...new Set(outlook.enroll.map((factor) => factor.key))];
    return html`<span class="warn">can sign in after enrolling ${keys.join(' or ')}</span>`;
  }
  return html`<span class="bad">cannot sign in: ${outlook.reason}</span>`;
}

function skippedList(title: string, skipped: readonly Skipped[]): Html {
  if (skipped.length === 0) return html``;
  return html`<h3>${title}</h3><ul class="plain small">${skipped.map(
    ({ name, reason }) => html`<li><strong>${name}</strong> <span class="soft">${reason}</span></li>`,
  )}</ul>`;
}
