/** Scripts and styles of the hosted pages, as text: they run in the browser, without a build of their own. */

/** Starts Okta's widget on the transaction of the page. */
const WIDGET_SCRIPT = `'use strict';
const place = document.querySelector('#okta-login-container');
const { baseUrl, stateToken } = place.dataset;
document.querySelector('h1').hidden = true;
new OktaSignIn({ baseUrl, stateToken, useInteractionCodeFlow: false }).renderEl(
  { el: '#okta-login-container' },
  () => {},
  (error) => { place.textContent = String(error.message || error); },
);
`;

/**
 * Draws whatever form the pipeline asks for: each field a labelled input, each choice a fieldset of radio buttons, the other
 * forms and actions as buttons below.
 */
const PAGE_SCRIPT = `'use strict';
const place = document.querySelector('#okta-login-container');
const LABELS = {
  'identify': 'Sign in', 'identify-recovery': 'Next', 'challenge-authenticator': 'Verify',
  'authenticator-verification-data': 'Send me the code', 'select-authenticator-authenticate': 'Choose',
  'select-authenticator-enroll': 'Set up', 'authenticator-enrollment-data': 'Send me the code',
  'enroll-authenticator': 'Finish', 'enroll-profile': 'Sign up', 'reset-authenticator': 'Reset password',
  'reenroll-authenticator': 'Change password', 'reenroll-authenticator-warning': 'Change password',
  'select-authenticator-unlock-account': 'Unlock', 'select-enroll-profile': 'Sign up',
  'select-identify': 'Back to sign in', 'unlock-account': 'Unlock account?', 'skip': 'Remind me later',
  'enroll-poll': 'I have set it up', 'challenge-poll': 'I have answered',
  'select-enrollment-channel': 'Set it up another way', 'enrollment-channel-data': 'Send me the link',
  'recover': 'Forgot password?', 'resend': 'Send again', 'cancel': 'Back to sign in',
};
const TITLES = {
  'challenge-authenticator': 'Verify it is you', 'authenticator-verification-data': 'Verify it is you',
  'select-authenticator-authenticate': 'Verify it is you with a security method',
  'select-authenticator-enroll': 'Set up security methods', 'enroll-profile': 'Sign up',
  'enroll-poll': 'Set up Okta Verify', 'enrollment-channel-data': 'Set up Okta Verify',
  'challenge-poll': 'Open Okta Verify on your phone',
  'identify-recovery': 'Reset your password', 'reset-authenticator': 'Reset your password',
  'reenroll-authenticator': 'Your password has expired', 'reenroll-authenticator-warning': 'Your password will expire',
  'select-authenticator-unlock-account': 'Unlock account?',
};
const make = (tag, properties, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};
const words = (name) => LABELS[name] || name.replace(/-/g, ' ');
const currentOf = (idx) => (idx.currentAuthenticatorEnrollment || idx.currentAuthenticator || {}).value || {};

/** The document on the page without its end, which every answer moves. */
let shown = '';
const withoutEnd = (idx) => JSON.stringify({ ...idx, expiresAt: '' });

async function post(href, body, polling = false) {
  const response = await fetch(new URL(href, location.origin).pathname, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', Accept: 'application/ion+json; okta-version=1.0.0' },
    body: JSON.stringify(body),
  });
  const idx = await response.json();
  // what somebody is typing stays while nothing happens
  if (polling && withoutEnd(idx) === shown) wait(idx);
  else draw(idx);
}

/** The next poll, where the page waits for something that happens elsewhere. */
let waiting;

function wait(idx) {
  const main = idx.remediation && idx.remediation.value[0];
  const poll = main && main.refresh ? main : currentOf(idx).poll;
  if (poll) waiting = setTimeout(() => void submit(poll, {}, true), poll.refresh);
}

function draw(idx) {
  clearTimeout(waiting);
  shown = withoutEnd(idx);
  if (idx.success) return void location.assign(idx.success.href);
  const forms = (idx.remediation && idx.remediation.value) || [];
  const [main, ...others] = forms;
  place.replaceChildren();
  if (main && TITLES[main.name]) place.append(make('h2', { textContent: TITLES[main.name] }));
  if (idx.user && idx.user.value.identifier) place.append(make('p', { className: 'who', textContent: idx.user.value.identifier }));
  const current = currentOf(idx);
  if (current.profile) place.append(make('p', { className: 'where', textContent: Object.values(current.profile).join(' ') }));
  const context = current.contextualData || {};
  if (context.qrcode) {
    place.append(make('img', { src: context.qrcode.href, alt: 'QR code' }));
    const key = context.sharedSecret;
    if (key) place.append(make('p', { textContent: 'Or enter the key ' }, make('code', { textContent: key })));
  }
  if (context.correctAnswer) place.append(make('p', { className: 'number', textContent: context.correctAnswer }));
  const messages = ((idx.messages && idx.messages.value) || []).map((message) => make('p', { textContent: message.message }));
  if (messages.length > 0) place.append(make('div', { className: 'messages', role: 'alert' }, ...messages));
  if (main) place.append(context.activationData || context.challengeData ? keyButton(main, idx) : formFor(main));
  const actions = Object.values(current).filter((member) => member && member.rel && member.name !== 'poll');
  const links = [...others, ...actions, ...(idx.cancel && main && main.name !== 'identify' ? [idx.cancel] : [])];
  for (const link of links) place.append(linkFor(link));
  if (!main && idx.failure) place.append(make('a', { href: idx.failure.href, textContent: 'Back to the app' }));
  if (!main && !idx.failure) place.append(make('a', { href: location.href, textContent: 'Back to sign in' }));
  const first = place.querySelector('input:not([type=hidden])');
  if (first) first.focus();
  wait(idx);
}

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0));
const written = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const known = (id) => ({ type: 'public-key', id: bytes(id) });

/** What the browser makes with a security key. */
async function credentialsOf({ activationData, challengeData }, enrolled) {
  if (activationData) {
    const { user, challenge, excludeCredentials } = activationData;
    const { response } = await navigator.credentials.create({ publicKey: {
      ...activationData, challenge: bytes(challenge), user: { ...user, id: bytes(user.id) },
      excludeCredentials: excludeCredentials.map(({ id }) => known(id)),
    } });
    return { clientData: written(response.clientDataJSON), attestation: written(response.attestationObject) };
  }
  const { response } = await navigator.credentials.get({ publicKey: {
    ...challengeData, challenge: bytes(challengeData.challenge), allowCredentials: enrolled.map(known),
  } });
  return {
    clientData: written(response.clientDataJSON), authenticatorData: written(response.authenticatorData),
    signatureData: written(response.signature),
  };
}

/** Asks for a security key when it is pressed: browsers want a person to begin it. */
function keyButton(remediation, idx) {
  const form = make('form', {}, make('button', { type: 'submit', textContent: 'Use your security key' }));
  const enrolled = ((idx.authenticatorEnrollments || {}).value || []).flatMap((one) => one.credentialId || []);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    credentialsOf(currentOf(idx).contextualData, enrolled).then(
      (credentials) => submit(remediation, { credentials }),
      (error) => form.append(make('p', { role: 'alert', className: 'fault', textContent: error.message })),
    );
  });
  return form;
}

/** Another form: at once when it has nothing to fill in, else it takes the place of the main one. */
function linkFor(remediation) {
  const button = make('button', { type: 'button', className: 'link', textContent: words(remediation.name) });
  button.dataset.form = remediation.name;
  const empty = remediation.value.every((field) => field.name === 'stateHandle');
  button.addEventListener('click', () => {
    if (empty) void submit(remediation, {});
    else { clearTimeout(waiting); place.querySelector('form').replaceWith(formFor(remediation)); button.remove(); }
  });
  return button;
}

function formFor(remediation) {
  const form = make('form', { noValidate: false });
  form.dataset.form = remediation.name;
  for (const field of remediation.value) form.append(...controls(field, ''));
  form.append(make('button', { type: 'submit', textContent: words(remediation.name) }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    form.querySelector('button[type=submit]').disabled = true;
    void submit(remediation, valuesOf(form));
  });
  return form;
}

function controls(field, path, required = field.required) {
  const name = path + field.name;
  if (field.name === 'stateHandle' || field.visible === false || field.mutable === false) {
    return field.name === 'stateHandle' ? [] : [hidden(name, field.value)];
  }
  const nested = field.form || (field.value && field.value.form);
  if (nested) return nested.value.flatMap((child) => controls(child, name + '.', child.required || field.required));
  if (field.options && typeof field.options[0].value === 'object') return [choice(field, name)];
  if (field.options) return [methods(field, name)];
  const type = field.type === 'boolean' ? 'checkbox' : field.secret ? 'password' : 'text';
  const input = make('input', { type, name, required: type !== 'checkbox' && required === true });
  if (typeof field.value === 'string') input.value = field.value;
  if (field.value === true) input.checked = true;
  const hints = { identifier: 'username', 'credentials.passcode': field.secret ? 'current-password' : 'one-time-code' };
  input.autocomplete = hints[name] || 'on';
  const label = make('label', { className: type }, field.label || words(field.name));
  if (type === 'checkbox') label.prepend(input); else label.append(input);
  const faults = ((field.messages && field.messages.value) || []).map((message) => message.message).join(', ');
  if (!faults) return [label];
  input.setAttribute('aria-invalid', 'true');
  return [label, make('p', { className: 'fault', role: 'alert', textContent: faults })];
}

const hidden = (name, value) => make('input', { type: 'hidden', name, value });

/** Authenticators to choose from: each brings fields of its own, which count while it is chosen. */
function choice(field, name) {
  const set = make('fieldset', {}, make('legend', { textContent: 'Choose' }));
  field.options.forEach((option, index) => {
    const radio = make('input', { type: 'radio', name: 'choice', value: String(index), required: true, checked: index === 0 });
    const fields = make('div', { className: 'more' }, ...option.value.form.value.flatMap((child) => controls(child, name + '.', false)));
    fields.dataset.choice = String(index);
    set.append(make('label', { className: 'radio' }, radio, option.label), fields);
  });
  const show = () => {
    const chosen = set.querySelector('input[name=choice]:checked').value;
    for (const more of set.querySelectorAll('.more')) {
      const on = more.dataset.choice === chosen;
      more.hidden = !on;
      for (const input of more.querySelectorAll('input, select')) input.disabled = !on;
    }
  };
  set.addEventListener('change', show);
  queueMicrotask(show);
  return set;
}

function methods(field, name) {
  const select = make('select', { name, required: field.required === true });
  for (const option of field.options) select.append(make('option', { value: option.value, textContent: option.label }));
  return make('label', {}, field.label || 'How', select);
}

function valuesOf(form) {
  const values = {};
  for (const input of form.querySelectorAll('input, select')) {
    if (input.disabled || input.name === 'choice' || input.name === '') continue;
    if (input.type !== 'checkbox' && input.value === '' && !input.required) continue;
    const steps = input.name.split('.');
    const last = steps.pop();
    const at = steps.reduce((object, step) => (object[step] = object[step] || {}), values);
    at[last] = input.type === 'checkbox' ? input.checked : input.value;
  }
  return values;
}

function submit(remediation, values, polling = false) {
  clearTimeout(waiting);
  const { value: stateHandle } = remediation.value.find((field) => field.name === 'stateHandle');
  return post(remediation.href, { ...values, stateHandle }, polling).catch(() => {
    place.append(make('p', { role: 'alert', className: 'fault', textContent: 'The org cannot be reached. Try again.' }));
  });
}

void post('/idp/idx/introspect', { stateToken: place.dataset.stateToken });
`;

const POST_SCRIPT = `'use strict';
document.querySelector('#appForm').submit();
`;

const MESSAGE_SCRIPT = `'use strict';
const { origin, message } = document.querySelector('#message').dataset;
const receiver = window.opener || (window.parent === window ? null : window.parent);
if (receiver) receiver.postMessage(JSON.parse(message), origin);
`;

const STYLES = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 25rem; margin: 8vh auto; padding: 1.5rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; }
label { display: block; margin: 1rem 0; }
label.checkbox, label.radio { display: flex; gap: .5rem; align-items: center; }
input[type=text], input[type=password], select { display: block; box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; }
button { font: inherit; padding: .5rem 1rem; cursor: pointer; }
form button[type=submit] { width: 100%; margin: 1rem 0; background: #1662dd; color: #fff; border: 0; border-radius: 4px; }
button.link { display: block; padding: .4rem 0; border: 0; background: none; color: LinkText; text-decoration: underline; }
fieldset { border: 0; padding: 0; margin: 1rem 0; } legend { font-weight: 600; }
.who, .where { margin: .2rem 0; opacity: .8; overflow-wrap: anywhere; }
.messages, .fault { color: #c0152f; } @media (prefers-color-scheme: dark) { .messages, .fault { color: #ff8a94; } }
.number { font-size: 2.5rem; text-align: center; margin: .5rem 0; }
.more { margin-left: 1.5rem; }
`;

export const SIGN_IN_ASSETS: Readonly<Record<string, { type: string; text: string }>> = {
  'widget.js': { type: 'text/javascript; charset=utf-8', text: WIDGET_SCRIPT },
  'page.js': { type: 'text/javascript; charset=utf-8', text: PAGE_SCRIPT },
  'post.js': { type: 'text/javascript; charset=utf-8', text: POST_SCRIPT },
  'message.js': { type: 'text/javascript; charset=utf-8', text: MESSAGE_SCRIPT },
  'page.css': { type: 'text/css; charset=utf-8', text: STYLES },
};
