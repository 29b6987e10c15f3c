/** The screens of Okta Verify: its enrolment by QR code or link, and the wait for the answer to a push notification. */
import type { IdxAuthenticator, IdxField, IdxRemediation } from '../../wire/idx.ts';
import type { Org } from '../org.ts';
import type { AuthenticatorEntity } from '../store/entities.ts';
import { setupUrl } from '../store/okta-verify.ts';
import type { FormMaker } from './forms.ts';
import { SETUP_CHANNELS } from './okta-verify.ts';
import { qrCodeDataUri } from './qr-code.ts';
import type { CurrentAuthenticator, SetupChannel } from './transaction.ts';

/** Milliseconds between polls, as for email. */
const POLL_MS = 4000;

/** Waits for the app to be set up. */
export function enrollPollForm(make: FormMaker): IdxRemediation {
  return { ...make.form('enroll-poll', 'challenge/poll', [], '$.currentAuthenticator'), refresh: POLL_MS };
}

/** Another way to set the app up than the one on the screen. */
export function channelForm(make: FormMaker, { id, name }: AuthenticatorEntity, shown: SetupChannel): IdxRemediation {
  const options = SETUP_CHANNELS.filter((channel) => channel !== shown).map((channel) => ({
    label: channel.toUpperCase(),
    value: channel,
  }));
  const fields: IdxField[] = [
    { name: 'id', required: true, value: id, mutable: false },
    { name: 'channel', type: 'string', required: false, options },
  ];
  // okta-auth-js reads this field's form as its value, not as `form`, and takes no `relatesTo` beside it
  const authenticator: IdxField = { name: 'authenticator', label: name, value: { form: { value: fields } } };
  return make.form('select-enrollment-channel', 'credential/enroll', [authenticator]);
}

/** Where to send the link. */
export function channelDataForm(make: FormMaker, channel: SetupChannel): IdxRemediation {
  const field: IdxField =
    channel === 'email'
      ? { name: 'email', label: 'Email', required: true }
      : { name: 'phoneNumber', label: 'Phone Number', required: true };
  return make.form('enrollment-channel-data', 'credential/enroll', [field], '$.currentAuthenticator');
}

/** What the client shows of the enrolment: the QR code, or where the link went. */
export function setupContext(org: Org, current: CurrentAuthenticator): Pick<IdxAuthenticator, 'contextualData'> {
  const { channel = 'qrcode', address, token = '' } = current.setup ?? {};
  const qrcode = { method: 'embedded', href: qrCodeDataUri(setupUrl(org, token)), type: 'image/png' };
  const sentTo = address === undefined ? {} : { [channel === 'email' ? 'email' : 'phoneNumber']: address };
  return { contextualData: { ...(channel === 'qrcode' ? { qrcode } : sentTo), selectedChannel: channel } };
}

/** Waits for the answer to a push notification. */
export function challengePollForm(make: FormMaker): IdxRemediation {
  // generation 2 of the widget takes what it shows from the authenticator, not from the enrolment
  return { ...make.form('challenge-poll', 'authenticators/poll', [], '$.currentAuthenticator'), refresh: POLL_MS };
}
