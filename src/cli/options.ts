/** Flags that several commands share, each declared once. */
import type { Argv, InferredOptionTypes, Options } from 'yargs';
import { DEFAULT_CAPACITY } from '../okta/governor.ts';
import { usageError } from '../shared/errors.ts';

export const OUTPUT_OPTIONS = {
  json: { type: 'boolean', default: false, describe: 'One JSON document on stdout, nothing else there' },
  color: { type: 'boolean', default: true, describe: 'Colours; also off by NO_COLOR' },
  quiet: { alias: 'q', type: 'boolean', default: false, describe: 'Results and problems only' },
  verbose: { alias: 'v', type: 'boolean', default: false, describe: 'Every request to the org' },
} as const satisfies Record<string, Options>;

/** The config of a command that is given none. */
export const DEFAULT_CONFIG = 'orgproof.yaml';

export const CONFIG_OPTIONS = {
  config: {
    alias: 'f',
    type: 'string',
    array: true,
    default: [] as string[], // not the file: yargs would take it for what -f was given, too
    defaultDescription: `"${DEFAULT_CONFIG}"`,
    describe: 'Config file or folder; later ones overlay earlier ones',
    requiresArg: true,
  },
  var: {
    type: 'string',
    array: true,
    default: [] as string[],
    describe: 'A variable of the config, NAME=VALUE',
    requiresArg: true,
  },
} as const satisfies Record<string, Options>;

export const TARGET_OPTIONS = {
  'org-url': {
    type: 'string',
    describe: 'The org, e.g. https://dev-1.okta.com (or OKTA_CLIENT_ORGURL)',
    requiresArg: true,
  },
  token: { type: 'string', describe: 'API token (or OKTA_CLIENT_TOKEN)', requiresArg: true },
  emulator: { type: 'boolean', default: false, describe: 'Use an embedded org that lasts as long as the command' },
  'emulator-state': { type: 'string', describe: 'Use an embedded org that is kept in this file', requiresArg: true },
  'max-capacity': {
    type: 'number',
    default: DEFAULT_CAPACITY,
    describe: 'Percent of the rate limits of the org that may be used; the rest is left to others',
    requiresArg: true,
    coerce: percent,
  },
} as const satisfies Record<string, Options>;

export const GUARD_OPTIONS = {
  'accept-lockout': {
    type: 'string',
    array: true,
    default: [] as string[],
    describe: 'Carry out the change at this address although people would lose access by it',
    requiresArg: true,
  },
} as const satisfies Record<string, Options>;

export const PLAN_OPTIONS = {
  only: {
    type: 'string',
    array: true,
    default: [] as string[],
    describe: 'Only this object, e.g. "app/My app"',
    requiresArg: true,
  },
  'adopt-credentials': {
    type: 'boolean',
    default: false,
    describe: 'Set passwords and phones also of users that were there before',
  },
  ...GUARD_OPTIONS,
} as const satisfies Record<string, Options>;

export const CONFIRM_OPTIONS = {
  yes: { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' },
} as const satisfies Record<string, Options>;

/** Of commands whose result may go into a file of its own. */
export const OUT_OPTIONS = {
  out: {
    type: 'string',
    describe: 'Write the result to this file, mode 0600, if there is none yet',
    requiresArg: true,
  },
  force: { type: 'boolean', default: false, describe: 'With --out: replace a file that is there' },
} as const satisfies Record<string, Options>;

export type OutputArgs = InferredOptionTypes<typeof OUTPUT_OPTIONS>;
export type ConfigArgs = InferredOptionTypes<typeof CONFIG_OPTIONS>;
export type TargetArgs = InferredOptionTypes<typeof TARGET_OPTIONS>;
export type GuardArgs = InferredOptionTypes<typeof GUARD_OPTIONS>;
export type PlanArgs = InferredOptionTypes<typeof PLAN_OPTIONS>;
export type OutArgs = InferredOptionTypes<typeof OUT_OPTIONS>;
export type ConfirmArgs = InferredOptionTypes<typeof CONFIRM_OPTIONS>;

function percent(value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 100) return value;
  throw usageError('--max-capacity is a whole number from 1 to 100', 'percent of the rate limits of the org');
}

/** Adds groups of options under headings of their own. */
export function withOptions(yargs: Argv, groups: Readonly<Record<string, Readonly<Record<string, Options>>>>): Argv {
  for (const [heading, options] of Object.entries(groups)) {
    yargs.options(options).group(Object.keys(options), heading);
  }
  return yargs;
}
