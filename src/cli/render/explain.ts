/** Why a user can or cannot sign in to an app, as text. */
import type { DecidingRule, Explanation } from '../../provision/explain.ts';
import { authenticatorTitle } from '../../shared/authenticators.ts';
import { formatPlace } from '../../shared/errors.ts';
import { inOneLine } from '../../shared/one-line.ts';
import type { Io } from '../io.ts';

/** The verdict first, then each side of the sign-in in the order in which Okta asks. */
export function renderExplanation(told: Explanation, io: Io): string {
  const explanation = inOneLine(told); // names come from the org
  const { user, app, client, globalSession, appSignIn, enrollment } = explanation;
  const where = [client.ip, ...client.zones.map((zone) => `zone "${zone}"`)].filter((part) => part !== undefined);
  return [
    `${user.login} (${user.status}) and the app "${app.label}"${where.length > 0 ? `, from ${where.join(', ')}` : ''}`,
    verdictLine(explanation, io),
    ...unplacedLines(client, io),
    '',
    accessLine(app, io),
    '',
    'Global session policy',
    ...ruleLines(globalSession, io),
    `  access ${globalSession.access}${globalSession.secondFactorRequired ? '; asks for a second factor' : ''}`,
    '',
    'App sign-in policy',
    ...ruleLines(appSignIn, io),
    `  access ${appSignIn.access}${demandText(appSignIn)}`,
    '',
    'Authenticator enrollment policy',
    ...ruleLines(enrollment, io),
    `  ${WHEN[enrollment.self] ?? enrollment.self}`,
    ...enrollmentLines(enrollment),
    '',
    'Authenticators',
    ...authenticatorLines(explanation),
    '',
    'Enrolled factors that would do',
    ...wayLines(explanation.satisfiedBy),
  ].join('\n');
}

function verdictLine({ verdict }: Explanation, io: Io): string {
  const pending = verdict.pending === undefined ? '' : `; ${verdict.pending}`;
  if (verdict.can === 'signIn') {
    return io.paint(pending ? 'yellow' : 'green', `can sign in with what is enrolled${pending}`);
  }
  if (verdict.can === 'notSignIn') return io.paint('red', `cannot sign in: ${verdict.reason ?? 'no factor would do'}`);
  const enroll = titles(verdict.enroll ?? [], ' or ');
  return io.paint('yellow', `can sign in after enrolling ${enroll} on the way${pending}`);
}

function unplacedLines({ unplaced }: Explanation['client'], io: Io): string[] {
  if (unplaced.length === 0) return [];
  const names = unplaced.map((name) => `"${name}"`).join(', ');
  return [io.paint('cyan', `note: an address does not tell whether it is in ${names}; name with --zone what it is in`)];
}

function accessLine({ assigned, adminRole }: Explanation['app'], io: Io): string {
  const no = io.paint('red', 'no');
  if (adminRole === undefined) return `Assigned to the app: ${assigned ? 'yes' : no}`;
  const unknown = 'not known: the credentials may not read roles (okta.roles.read)';
  return `Admin role, by which the app is reached: ${{ yes: 'yes', no, unknown }[adminRole]}`;
}

function ruleLines({ policy, rule, skipped }: DecidingRule, io: Io): string[] {
  const passed = skipped.map(({ name, reason }) => `  ${io.paint('dim', `passed over: "${name}": ${reason}`)}`);
  if (!rule) return [...passed, `  ${io.paint('red', `no rule${policy ? ` of "${policy.name}"` : ''} applies`)}`];
  const places = [policy, rule].flatMap((one) => (one?.source ? [formatPlace(one.source)] : []));
  const place = places.length > 0 ? io.paint('dim', `  ${places.join(', ')}`) : '';
  return [...passed, `  ${policy ? `"${policy.name}", ` : ''}rule "${rule.name}"${place}`];
}

function demandText({ demand }: Explanation['appSignIn']): string {
  if (!demand) return '';
  const { userMustAuthenticateWith, possessionFactorMustBe, reauthenticateAfter } = demand;
  return [
    '',
    `user must authenticate with ${userMustAuthenticateWith}`,
    ...(possessionFactorMustBe.length > 0
      ? [`the possession factor must be ${possessionFactorMustBe.join(', ')}`]
      : []),
    ...(reauthenticateAfter === undefined ? [] : [`again after ${reauthenticateAfter}`]),
  ].join('; ');
}

/** When an enrollment rule lets users enrol, by Okta's word. */
const WHEN: Readonly<Record<string, string>> = {
  CHALLENGE: 'users enrol when they are first asked for a factor',
  LOGIN: 'users enrol at the next sign-in',
  NEVER: 'users do not enrol while signing in',
  NEVER_INCLUDING_RECOVERY: 'users do not enrol at all',
};

const LEVELS: Readonly<Record<string, string>> = {
  REQUIRED: 'required',
  OPTIONAL: 'optional',
  NOT_ALLOWED: 'disabled',
  INACTIVE: 'inactive in the org',
};

function enrollmentLines({ required, optional }: Explanation['enrollment']): string[] {
  return [
    ...(required.length > 0 ? [`  still to enrol: ${titles(required, ', ')}`] : []),
    ...(optional.length > 0 ? [`  may enrol: ${titles(optional, ', ')}`] : []),
  ];
}

function authenticatorLines({ authenticators, unknownFactors }: Explanation): string[] {
  return [
    ...authenticators.map(({ name, level, usedFor = '', enrolled }) => {
      const parts = [
        LEVELS[level] ?? level,
        ...(enrolled.length > 0 ? [`enrolled${methodsText(name, enrolled)}`] : []),
        ...(level !== 'INACTIVE' && usedFor in NOT_FOR_SIGN_IN ? [NOT_FOR_SIGN_IN[usedFor]] : []),
      ];
      return `  ${authenticatorTitle(name)}: ${parts.join('; ')}`;
    }),
    ...unknownFactors.map((factor) => `  ${factor}: enrolled; what it proves is not known here`),
  ];
}

/** What an authenticator may be used for when that is no sign-in. */
const NOT_FOR_SIGN_IN: Readonly<Record<string, string>> = {
  recovery: 'for recovery only',
  none: 'may be used for nothing',
};

function wayLines(ways: Explanation['satisfiedBy']): string[] {
  if (ways.length === 0) return ['  none'];
  return ways.map((way) => `  ${way.map(factorTitle).join(', then ')}`);
}

/** `phone (sms)` as `Phone (SMS)`. */
function factorTitle(factor: string): string {
  const [, name = factor, method] = /^(.*?)(?: \((.*)\))?$/.exec(factor) ?? [];
  return method === undefined ? authenticatorTitle(name) : `${authenticatorTitle(name)} (${METHODS[method] ?? method})`;
}

const METHODS: Readonly<Record<string, string>> = { sms: 'SMS', voice: 'voice call' };

/** Only where an authenticator has several. */
function methodsText(name: string, methods: readonly string[]): string {
  if (!['phone', 'oktaVerify'].includes(name)) return '';
  return ` for ${methods.map((method) => METHODS[method] ?? method).join(', ')}`;
}

function titles(names: readonly string[], between: string): string {
  return names.map(authenticatorTitle).join(between);
}
