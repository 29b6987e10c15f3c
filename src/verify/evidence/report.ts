/** report.html: the evidence for people. One file, no script, nothing from elsewhere; light and dark, and printable. */
import { html, raw } from 'hono/html';
import { authenticatorTitle } from '../../shared/authenticators.ts';
import { formatPlace } from '../../shared/errors.ts';
import type { Choice, TimelineStep } from '../outcome.ts';
import type { DriverName, FlowRecord, FlowResult, VerifyResult } from '../result.ts';
import { screenTitle } from '../wording.ts';
import { REPORT_STYLES } from './report-styles.ts';

type Html = ReturnType<typeof html>;

const NOTHING = html``;

const ROLES: Record<Choice['role'], string> = {
  taken: '',
  firstFactor: ', as first factor',
  passedOver: ', passed over',
  blocking: ', not to be skipped',
};

const DRIVER_TITLES: Record<DriverName, string> = {
  sdk: 'okta-auth-js, step by step',
  guide: 'okta-auth-js, the guide’s calls',
  browser: 'Browser, on the reference app',
};

/** @param startedAt milliseconds since the epoch */
export async function reportHtml(
  result: VerifyResult,
  records: readonly FlowRecord[],
  startedAt: number,
): Promise<string> {
  const names = [...new Set(records.map((record) => record.result.name))];
  const drivers = [...new Set(records.map((record) => record.result.driver))];
  const page = html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
  <title>${verdict(result)} · sign-in verification of ${host(result.org)}</title>
  <link rel="icon" href="data:,">
  <style>${raw(REPORT_STYLES)}</style>
</head>
<body>
  ${header(result, startedAt)}
  <main>
    ${overview(names, drivers, records)}
    ${result.warnings.length === 0 ? NOTHING : warnings(result.warnings)}
    ${names.map((name, index) => flowSection(name, index, records))}
  </main>
  <footer>
    <p>Written by orgproof. Passwords, codes, tokens and phone numbers are redacted. There is no Playwright trace: it would hold what was typed.</p>
  </footer>
</body>
</html>
`;
  return String(await page);
}

function verdict({ summary }: VerifyResult): string {
  return `${summary.passed} of ${summary.total} passed`;
}

function header(result: VerifyResult, startedAt: number): Html {
  const good = result.summary.failed + result.summary.error === 0;
  const { failed, error, skipped, durationMs } = result.summary;
  const facts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(error > 0 ? [`${error} with an error`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    seconds(durationMs),
    `${new Date(startedAt).toISOString().replace('T', ' ').slice(0, 16)} UTC`,
  ];
  return html`<header class="${good ? 'good' : 'bad'}">
    <p class="org">Sign-in verification of <strong>${host(result.org)}</strong></p>
    <h1>${verdict(result)}</h1>
    <p class="facts">${facts.join(' · ')}</p>
  </header>`;
}

/** Flows against drivers, each cell a link to its story. */
function overview(names: readonly string[], drivers: readonly DriverName[], records: readonly FlowRecord[]): Html {
  return html`<section class="overview" aria-label="Overview">
    <table>
      <thead><tr><th scope="col">Flow</th>${drivers.map((driver) => html`<th scope="col">${driver}</th>`)}</tr></thead>
      <tbody>${names.map(
        (name, index) => html`<tr><th scope="row"><a href="#flow-${index}">${name}</a></th>
        ${drivers.map((driver) => overviewCell(find(records, name, driver), index))}</tr>`,
      )}</tbody>
    </table>
  </section>`;
}

function overviewCell(record: FlowRecord | undefined, index: number): Html {
  if (record === undefined) return html`<td>–</td>`;
  const { status, driver, durationMs } = record.result;
  return html`<td><a class="chip ${status}" href="#flow-${index}-${driver}">${status}</a>
    <span class="time">${seconds(durationMs)}</span></td>`;
}

function warnings(texts: readonly string[]): Html {
  return html`<section class="box failed" aria-label="Warnings">${texts.map((text) => html`<p>${text}</p>`)}</section>`;
}

function flowSection(name: string, index: number, records: readonly FlowRecord[]): Html {
  const ofFlow = records.filter((record) => record.result.name === name);
  const users = [...new Set(ofFlow.map(({ user }) => (user.startsWith('orgproof-') ? 'an ephemeral user' : user)))];
  return html`<section class="flow" id="flow-${index}">
    <h2>${name}</h2>
    <p class="meta">${users.join(', ')} signs in to <em>${ofFlow[0]?.app}</em></p>
    ${ofFlow.map((record) => driverArticle(record, `flow-${index}-${record.result.driver}`))}
  </section>`;
}

function driverArticle(record: FlowRecord, id: string): Html {
  const { result } = record;
  return html`<article id="${id}">
    <h3><span class="chip ${result.status}">${result.status}</span> ${DRIVER_TITLES[result.driver]}
      <span class="time">${seconds(result.durationMs)}</span></h3>
    ${failureBox(result)}
    ${screens(record, id)}
    <div class="columns">
      ${timeline(result.steps)}
      ${offered(record.choices)}
    </div>
    ${claims(result.claims)}
    ${transcript(record)}
  </article>`;
}

function failureBox({ status, failure }: FlowResult): Html {
  if (failure === undefined) return NOTHING;
  return html`<div class="box ${status}">
    <p class="what">${failure.message}</p>
    <p>${failure.hint}</p>
    <p class="where"><code>${failure.code}</code>${
      failure.source === undefined ? NOTHING : html` <code>${formatPlace(failure.source)}</code>`
    }</p>
  </div>`;
}

/** A screenshot opens to full width when its link is followed; the picture is in the file once. */
function screens({ screenshots }: FlowRecord, id: string): Html {
  if (screenshots.length === 0) return NOTHING;
  return html`<div class="screens">${screenshots.map(({ name, png }, index) => {
    const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
    const caption = `${index + 1}. ${screenTitle(name)}`;
    return html`<figure id="${id}-shot-${index}"><a href="#${id}-shot-${index}"><img src="${source}" alt="Screen ${caption}" loading="lazy"></a>
      <figcaption>${caption}</figcaption></figure>`;
  })}</div>`;
}

function timeline(steps: readonly TimelineStep[]): Html {
  if (steps.length === 0) return NOTHING;
  const longest = Math.max(1, ...steps.map((step) => step.durationMs));
  return html`<div><h4>Timeline</h4><ol class="timeline">${steps.map(
    (step) => html`<li>
      <span class="name">${step.name}</span><span class="time">${step.durationMs} ms</span>
      <span class="bar" style="--share:${Math.max(1, Math.round((step.durationMs / longest) * 100))}%"></span>
      <span class="detail">${step.detail}</span>
    </li>`,
  )}</ol></div>`;
}

function offered(choices: readonly Choice[]): Html {
  if (choices.length === 0) return NOTHING;
  return html`<div><h4>What was offered</h4><ul class="offered">${choices.map(
    (choice) =>
      html`<li><span class="purpose">${choice.purpose === 'verify' ? 'to verify' : 'to set up'}${ROLES[choice.role]}</span> ${choice.authenticators.map((name) => html`<span class="tag">${authenticatorTitle(name)}</span> `)}</li>`,
  )}</ul></div>`;
}

function claims(values: Record<string, unknown> | undefined): Html {
  if (values === undefined) return NOTHING;
  return html`<details><summary>Claims of the ID token</summary><table class="claims"><tbody>${Object.entries(
    values,
  ).map(
    ([name, value]) =>
      html`<tr><th scope="row">${name}</th><td>${typeof value === 'string' ? value : JSON.stringify(value)}</td></tr>`,
  )}</tbody></table></details>`;
}

function transcript({ transcript: entries, result }: FlowRecord): Html {
  if (entries.length === 0) return NOTHING;
  return html`<details ${result.status === 'failed' ? html`open` : NOTHING}><summary>Exchange with Okta</summary>
    <div class="scroll"><table class="exchange">
      <thead><tr><th scope="col">Request</th><th scope="col">Status</th><th scope="col">What Okta asks for next</th></tr></thead>
      <tbody>${entries.map(
        (entry) => html`<tr><td><code>${entry.method} ${entry.path}</code></td><td>${entry.status}</td>
        <td>${entry.remediations.map((name) => html`<code>${name}</code> `)}${entry.messages.map(
          (message) => html`<span class="said">${message}</span> `,
        )}</td></tr>`,
      )}</tbody>
    </table></div></details>`;
}

function find(records: readonly FlowRecord[], name: string, driver: DriverName): FlowRecord | undefined {
  return records.find(({ result }) => result.name === name && result.driver === driver);
}

function host(url: string): string {
  return url.replace(/^https?:\/\//, '');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}
