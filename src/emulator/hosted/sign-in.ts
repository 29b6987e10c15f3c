/** The hosted sign-in page, for a sign-in that is under way. */
import { getCookie, setCookie } from 'hono/cookie';
import type { AppContext } from '../http/context.ts';
import type { SignInTransaction } from '../idx/transaction.ts';
import { cookiePlace } from '../oauth/cookie-place.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity } from '../store/entities.ts';
import { sendPage, signInPage } from './pages.ts';
import { widgetFolder } from './widget-files.ts';

const COOKIE = 'JSESSIONID';

/** What tells the browsers apart that show the page, kept until they are closed. */
export function browserKey(c: AppContext, org: Org): string {
  const key = getCookie(c, COOKIE) ?? org.ids.opaque(32);
  setCookie(c, COOKIE, key, cookiePlace(c));
  return key;
}

/** Whether it is this browser that a sign-in was begun in. */
export function isSameBrowser(c: AppContext, { hosted }: SignInTransaction): boolean {
  return hosted !== undefined && getCookie(c, COOKIE) === hosted.browser;
}

/** Okta's widget when it is installed and switched on, else the plain page. */
export function showSignIn(
  c: AppContext,
  org: Org,
  { stateHandle }: SignInTransaction,
  app: ApplicationEntity,
): Response | Promise<Response> {
  const widget = org.settings.signInWidget && widgetFolder() !== undefined;
  const page = signInPage({
    orgName: org.store.org.name,
    appLabel: app.label,
    baseUrl: c.get('baseUrl'),
    stateToken: stateHandle,
    widget,
  });
  return sendPage(c, page, { widget });
}
