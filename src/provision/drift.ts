/** Where a live org differs from its config, and who made it differ, as far as the System Log tells. Never writes. */
import { ManagementApiError, type OktaApi } from '../okta/api.ts';
import { logPath } from '../okta/system-log.ts';
import { namesOf } from '../shared/address.ts';
import { inTurns } from '../shared/in-turns.ts';
import { type OrgPlan, type PlanOptions, planOrg } from './index.ts';

/** The newest change of an object that the log knows. */
export interface ChangedBy {
  /** Name and login of whoever did it. */
  readonly actor: string;
  /** ISO 8601. */
  readonly at: string;
  /** Okta's event type, e.g. `policy.lifecycle.update`. */
  readonly event: string;
}

export interface Drift {
  readonly plan: OrgPlan;
  /** By address; objects of which the log says nothing are missing. */
  readonly changedBy: ReadonlyMap<string, ChangedBy>;
  /** Why the log tells nothing or not all, for the person who asks. */
  readonly log?: string;
}

/** Differences whose authors are asked for: the log's rate limit on free orgs is 20 requests a minute (published). */
const MOST_ASKED = 20;

/**
 * Plans without writing, and asks the System Log for the last change of each object that differs: one request each, at most
 * {@link MOST_ASKED}.
 * @throws ManagementApiError, OrgUnreachableError when the org cannot be read; a log that cannot is told in the result
 */
export async function findDrift(options: PlanOptions): Promise<Drift> {
  const plan = await planOrg(options);
  const asked = plan.changes.slice(0, MOST_ASKED);
  const more = plan.changes.length - asked.length;
  const authors = new Map<string, ChangedBy>();
  try {
    await inTurns(
      asked,
      async (change) => {
        const author = await lastChange(options.api, change);
        if (author) authors.set(change.address, author);
      },
      2,
    );
  } catch (error) {
    if (!(error instanceof ManagementApiError)) throw error;
    return { plan, changedBy: authors, log: unreadable(error) };
  }
  return {
    plan,
    changedBy: authors,
    ...(more > 0 ? { log: `who changed the other ${more} was not asked: the log's rate limit is low` } : {}),
  };
}

function unreadable(error: ManagementApiError): string {
  const refused = error.status === 401 || error.status === 403;
  const remedy = refused ? '; the credentials need the scope okta.logs.read or an admin role that may see it' : '';
  return `the System Log could not be read, so it is not told who changed what (${error.status} ${error.errorCode}${remedy})`;
}

interface LogEvent {
  eventType: string;
  published: string;
  actor: { alternateId: string | null; displayName: string | null };
  target: { displayName: string | null; alternateId: string | null }[] | null;
}

/** Of an object that is missing, the deletion of one of its name. */
async function lastChange(
  api: OktaApi,
  { declared, found, implementation }: OrgPlan['changes'][number],
): Promise<ChangedBy | undefined> {
  const families = (implementation.changeEvents ?? []).map((family) => `eventType sw ${text(family)}`);
  const id = found?.live.id;
  if (families.length === 0 || id === '') return undefined;
  const names = namesOf(declared.key);
  const field = declared.kind === 'user' ? 'target.alternateId' : 'target.displayName';
  const what =
    id === undefined ? `${field} eq ${text(names.at(-1) ?? '')} and eventType co "delete"` : `target.id eq ${text(id)}`;
  const filter = `${what} and outcome.result eq "SUCCESS" and (${families.join(' or ')})`;
  // One page: the newest come first.
  const events = await api.get<LogEvent[]>(logPath(filter, id === undefined ? 20 : 1));
  const event = events.find((one) => id !== undefined || namesAll(one, names));
  return event && { actor: actorOf(event), at: event.published, event: event.eventType };
}

/** Rules of several policies may share a name: then the policy has to be among the targets as well. */
function namesAll(event: LogEvent, names: readonly string[]): boolean {
  const targets = (event.target ?? []).flatMap(({ displayName, alternateId }) => [displayName, alternateId]);
  return names.slice(-2).every((name) => targets.includes(name));
}

function actorOf({ actor: { displayName, alternateId } }: LogEvent): string {
  const login = alternateId === null || alternateId === 'unknown' ? undefined : alternateId;
  if (!displayName || displayName === login) return login ?? 'unknown';
  return login === undefined ? displayName : `${displayName} (${login})`;
}

/** A string of a filter expression. */
function text(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
