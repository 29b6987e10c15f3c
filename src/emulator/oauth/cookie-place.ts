import type { AppContext } from '../http/context.ts';

/** Where the org's cookies go. Over https pages of other sites may send them along, as Okta's; over http browsers refuse that. */
export function cookiePlace(c: AppContext): {
  path: string;
  httpOnly: true;
  sameSite: 'None' | 'Lax';
  secure: boolean;
} {
  const secure = c.get('baseUrl').startsWith('https:');
  return { path: '/', httpOnly: true, sameSite: secure ? 'None' : 'Lax', secure };
}
