/** What the messages with codes say. The SMS text is the org's default template (recorded). */
import type { Org } from '../org.ts';
import type { Channel } from './entities.ts';

export function messageText(org: Org, channel: Channel, code: string): string {
  switch (channel) {
    case 'sms':
      return `Your verification code is ${code}.`;
    case 'voice':
      return `Hello. This is ${org.store.org.name}. Your verification code is ${[...code].join(', ')}.`;
    case 'email':
      return `Enter this code to finish signing in to ${org.store.org.name}: ${code}`;
  }
}
