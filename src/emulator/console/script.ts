/**
 * What runs in the page: when the org says that something changed, the same page is fetched again and the parts that are
 * different take the place of the old ones. All markup is made, and escaped, by the server; without scripts the page works
 * too and is brought up to date by reloading it.
 */
export const CONSOLE_SCRIPT = `'use strict';
const live = document.getElementById('live');
let pending = false;
let running = false;

async function refresh() {
  if (running) { pending = true; return; }
  running = true;
  try {
    const answer = await fetch(location.pathname + location.search, { headers: { Accept: 'text/html' } });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch { /* the stream says when the org is back */ }
  running = false;
  if (pending) { pending = false; refresh(); }
}

const seen = new Map(Array.from(document.querySelectorAll('[data-part]'), (part) => [part.dataset.part, part.innerHTML]));

function show(fresh) {
  for (const part of fresh.querySelectorAll('[data-part]')) {
    const name = part.dataset.part;
    const old = document.querySelector('[data-part="' + name + '"]');
    if (!old || seen.get(name) === part.innerHTML) continue;
    seen.set(name, part.innerHTML);
    const open = new Set(Array.from(old.querySelectorAll('details[open]'), (one) => one.id));
    const focused = old.contains(document.activeElement) ? focusKey(document.activeElement) : '';
    old.replaceChildren(...part.childNodes);
    for (const one of old.querySelectorAll('details')) if (open.has(one.id)) one.open = true;
    const again = focused && document.getElementById(focused);
    if (again) (again.querySelector('summary') || again).focus();
  }
}

function focusKey(element) {
  const named = element.closest('[id]');
  return named ? named.id : '';
}

const stream = new EventSource('/_emulator/console/events');
stream.addEventListener('changed', refresh);
stream.addEventListener('open', () => { live.textContent = 'live'; live.className = 'good'; refresh(); });
stream.addEventListener('error', () => { live.textContent = 'the org does not answer'; live.className = 'bad'; });
for (const form of document.querySelectorAll('form[data-auto]')) form.addEventListener('change', () => form.requestSubmit());
`;
