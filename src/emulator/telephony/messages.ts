/** What the messages with codes say: an SMS the org's own template, else the default one (recorded). */
import type { Org } from '../org.ts';
import type { Channel } from './entities.ts';

export function messageText(org: Org, channel: Channel, code: string, link?: string): string {
  switch (channel) {
    case 'sms':
      return fromTemplate(org, code) ?? `Your verification code is ${code}.`;
    case 'voice':
      return `Hello. This is ${org.store.org.name}. Your verification code is ${[...code].join(', ')}.`;
    case 'email':
      return `Enter this code to finish signing in to ${org.store.org.name}: ${code}${link === undefined ? '' : `\nOr open this link: ${link}`}`;
  }
}

/** Users of the emulator have no locale: translations of the template are not used. */
function fromTemplate(org: Org, code: string): string | undefined {
  const own = org.store.smsTemplates.values().find((row) => row.type === 'SMS_VERIFY_CODE');
  return own?.template.replaceAll('${code}', code).replaceAll('${org.name}', org.store.org.name);
}
