/** Opens the link of an email with a one-time code: `GET /email/verify/{client id}?token=...`. */
import type { AppContext } from '../http/context.ts';
import { clientFacts, isBlocked } from '../idx/client.ts';
import { callbackOf, openedLink } from '../idx/email-link.ts';
import { leaveSession } from '../idx/finish.ts';
import { answer } from '../idx/flow.ts';
import { IdxRefusal, refusals } from '../idx/refusals.ts';
import { appOf } from '../idx/situation.ts';
import { noteClient, type SignInTransaction, transferTransaction } from '../idx/transaction.ts';
import type { Org } from '../org.ts';
import { codePage, notePage, sendPage } from './pages.ts';
import { isSameBrowser, showSignIn } from './sign-in.ts';

/** Labels of the widget for links that are no longer good. */
const NO_LONGER_GOOD = {
  stale: 'This email link is out of date. Return to the screen where you requested it.',
  expired: 'This email link has expired. To resend it, return to the screen where you requested it.',
} as const;

/**
 * Sends an embedded sign-in back to its app with the code. A hosted one goes on in the tab of the link if the browser is
 * its own; in another browser there is only the code to see.
 */
export async function openEmailLink(c: AppContext, org: Org): Promise<Response> {
  const opened = openedLink(org, c.req.param('client') ?? '', c.req.query('token') ?? '');
  if (typeof opened === 'string') return sendPage(c, notePage('Verify with your email', NO_LONGER_GOOD[opened]));
  const { code, transaction } = opened;
  const callback = transaction.hosted ? undefined : callbackOf(transaction, code);
  if (callback !== undefined) return c.redirect(callback, 302);
  if (isSameBrowser(c, transaction)) return goOn(c, org, transaction, code.code);
  return sendPage(c, codePage(code.code, appOf(org, transaction).label));
}

async function goOn(c: AppContext, org: Org, before: SignInTransaction, passcode: string): Promise<Response> {
  try {
    const client = clientFacts(c, org);
    if (isBlocked(org, client)) throw refusals.accessDenied();
    const outcome = await answer(org, noteClient(org, before, client), { passcode });
    const transaction = transferTransaction(org, outcome.transaction);
    if (!('code' in outcome)) return await showSignIn(c, org, transaction, appOf(org, transaction));
    leaveSession(c, org, outcome);
    return c.redirect(`/login/token/redirect?${new URLSearchParams({ stateToken: transaction.stateHandle })}`, 302);
  } catch (error) {
    if (!(error instanceof IdxRefusal)) throw error;
    return sendPage(c, notePage('Verify with your email', error.message));
  }
}
