/** What the messages with codes say: an SMS the org's own template, else the default one (recorded). */
import type { Org } from '../org.ts';
import type { CodeUse } from './delivery.ts';
import type { Channel } from './entities.ts';

/** @param link what an email offers beside its code */
export function messageText(org: Org, channel: Channel, code: string, use: CodeUse, link?: string): string {
  switch (channel) {
    case 'sms':
      return fromTemplate(org, code) ?? `Your verification code is ${code}.`;
    case 'voice':
      return `Hello. This is ${org.store.org.name}. Your verification code is ${[...code].join(', ')}.`;
    case 'email': {
      const purpose = use === 'enrollment' ? 'confirm your address at' : 'finish signing in to';
      const text = `Enter this code to ${purpose} ${org.store.org.name}: ${code}`;
      return link === undefined ? text : `${text}\nOr open this link: ${link}`;
    }
  }
}

/** Users of the emulator have no locale: translations of the template are not used. */
function fromTemplate(org: Org, code: string): string | undefined {
  const own = org.store.smsTemplates.values().find((row) => row.type === 'SMS_VERIFY_CODE');
  return own?.template.replaceAll('${code}', code).replaceAll('${org.name}', org.store.org.name);
}
