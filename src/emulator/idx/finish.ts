/** What a finished sign-in leaves in the browser. */
import type { AppContext } from '../http/context.ts';
import { startSession } from '../oauth/sessions.ts';
import type { Org } from '../org.ts';
import { rememberDevice, toBeRemembered } from './devices.ts';
import type { Outcome } from './move.ts';

/** A session, and where it was asked for the memory of the second factor on this device. */
export function leaveSession(c: AppContext, org: Org, finished: Extract<Outcome, { code: string }>): void {
  startSession(c, org, finished.session);
  const { action } = finished.situation.decisions.globalSession;
  if (toBeRemembered(finished.transaction, action)) rememberDevice(c, org, finished.transaction);
}
