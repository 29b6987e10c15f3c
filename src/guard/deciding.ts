/** Which writes of a plan can take a way in from people. Pure. */
import type { WouldSend } from './dry-run.ts';
import { isNewId } from './overlay.ts';

const POLICY_OR_AUTHENTICATOR = /^\/api\/v1\/(policies|authenticators)\b/;
/** What of an app decides who signs in to it; its label, its URIs and the like do not. */
const APP_ACCESS = /^\/api\/v1\/apps\/[^/]+\/(lifecycle|policies|groups|users)\b/;
const MEMBERSHIP = /^\/api\/v1\/groups\/([^/]+)\/users\/([^/]+)$/;
const GROUP = /^\/api\/v1\/groups\/[^/]+$/;
const USER = /^\/api\/v1\/users\/[^/]+$/;
const STATUS_OR_FACTOR = /^\/api\/v1\/users\/[^/]+\/(lifecycle|factors)\b/;
const FACTOR = /^\/api\/v1\/users\/([^/]+)\/factors\/[^/]+$/;
const SHUT_OUT = /^\/api\/v1\/users\/([^/]+)\/lifecycle\/(?:deactivate|suspend)$/;
const ZONE = /^\/api\/v1\/zones\b/;
const GROUP_RULE = /^\/api\/v1\/groups\/rules\b/;
const ASSIGNMENT = /^\/api\/v1\/apps\/([^/]+)\/groups\/[^/]+$/;

/** New users, groups and apps lock nobody out, nor do trusted origins or authorization servers. */
export function decidesSignIns(write: WouldSend): boolean {
  const { path, onNew } = write;
  const always = [POLICY_OR_AUTHENTICATOR, ZONE].some((pattern) => pattern.test(path));
  return always || (!onNew && APP_ACCESS.test(path)) || changesPeople(write);
}

export function isOfZone({ path }: WouldSend): boolean {
  return ZONE.test(path);
}

/** Group rules are created inactive: those that come into force are among them. */
function isOfGroupRule({ path }: WouldSend): boolean {
  return GROUP_RULE.test(path);
}

/** Whether it changes who is there, with which groups and factors. */
export function changesPeople(write: WouldSend): boolean {
  const { method, path, onNew } = write;
  const removes = method === 'DELETE' && (GROUP.test(path) || USER.test(path));
  return concernsGroupRules(write) || (!onNew && (removes || MEMBERSHIP.test(path) || STATUS_OR_FACTOR.test(path)));
}

/** Whether group rules may look at it: the profile or the groups of somebody who was there before. */
export function concernsGroupRules(write: WouldSend): boolean {
  return isOfGroupRule(write) || profilesOf([write]).length > 0 || membershipsOf([write]).length > 0;
}

/** The attributes that change of users who were there before. */
export function profilesOf(writes: readonly WouldSend[]): { userId: string; attributes: readonly string[] }[] {
  return writes.flatMap(({ method, path, onNew, attributes }) => {
    const isProfile = method === 'POST' && USER.test(path) && !onNew && attributes.length > 0;
    return isProfile ? [{ userId: path.slice(path.lastIndexOf('/') + 1), attributes }] : [];
  });
}

/** Ids of the groups that are deleted. */
export function groupsDeleted(writes: readonly WouldSend[]): string[] {
  return writes.flatMap(({ method, path }) =>
    method === 'DELETE' && GROUP.test(path) ? path.split('/').slice(-1) : [],
  );
}

export interface MembershipWrite {
  userId: string;
  groupId: string;
  move: 'join' | 'leave';
}

/** The groups that users are put into or taken out of who were there before. */
export function membershipsOf(writes: readonly WouldSend[]): MembershipWrite[] {
  return writes.flatMap(({ method, path }) => {
    const [, groupId, userId] = MEMBERSHIP.exec(path) ?? [];
    if (groupId === undefined || userId === undefined || isNewId(userId)) return [];
    return [{ userId, groupId, move: method === 'PUT' ? 'join' : 'leave' }];
  });
}

/** Ids of the users who lose a factor, or whose status no longer lets them sign in. */
export function usersWithLess(writes: readonly WouldSend[]): string[] {
  return writes.flatMap(({ method, path, onNew }) => {
    const [, userId] = (method === 'DELETE' ? FACTOR : SHUT_OUT).exec(path) ?? [];
    return userId === undefined || onNew ? [] : [userId];
  });
}

/** Ids of the apps that a group is assigned to or taken from. */
export function appsAssigned(writes: readonly WouldSend[]): string[] {
  return writes.flatMap(({ path }) => ASSIGNMENT.exec(path)?.[1] ?? []);
}
