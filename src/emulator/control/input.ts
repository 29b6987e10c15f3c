/** Bodies of the control plane, checked member by member: what is unknown or of the wrong type is refused by name. */
import { OktaError } from '../http/okta-error.ts';
import { DEFAULT_SETTINGS, type EmulatorSettings } from '../org.ts';
import type { Fault } from './faults.ts';
import { geolocationsFault } from './geolocations.ts';

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isBoolean: Check = (value) => typeof value === 'boolean';
const isString: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isInteger(value) && (value as number) >= 0;

const CHANNELS: readonly unknown[] = ['sms', 'voice', 'email'];
const isUndelivered: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([name, member]) =>
    name === 'channel' ? CHANNELS.includes(member) : name === 'to' && isString(member),
  );

const FAULT: Record<keyof Fault, Check> = {
  method: isString,
  path: isString,
  status: (value) => Number.isInteger(value) && (value as number) >= 200 && (value as number) <= 599,
  body: () => true,
  delayMs: isCount,
  drop: isBoolean,
  count: isCount,
  probability: (value) => isNumber(value) && (value as number) >= 0 && (value as number) <= 1,
  undelivered: isUndelivered,
};

export function readFaults(body: Record<string, unknown>): { faults: Fault[]; seed?: number } {
  check(body, { faults: Array.isArray, seed: isNumber }, '');
  const faults = (body.faults ?? []) as Record<string, unknown>[];
  faults.forEach((fault, index) => {
    check(fault, FAULT, `faults[${index}].`);
  });
  return { faults: faults as Fault[], ...(body.seed === undefined ? {} : { seed: body.seed as number }) };
}

export interface ClockChange {
  freeze?: boolean;
  advanceMs?: number;
  /** Milliseconds since the epoch. */
  set?: number;
}

/** `set` is an ISO 8601 date or milliseconds since the epoch. */
export function readClockChange(body: Record<string, unknown>): ClockChange {
  const isTime: Check = (value) => isNumber(value) || (isString(value) && !Number.isNaN(Date.parse(value as string)));
  check(body, { freeze: isBoolean, advanceMs: isNumber, set: isTime }, '');
  const { set, ...rest } = body;
  if (set === undefined) return rest as ClockChange;
  return { ...(rest as ClockChange), set: typeof set === 'number' ? set : Date.parse(String(set)) };
}

export function readSettings(body: Record<string, unknown>): Partial<EmulatorSettings> {
  const checks = Object.fromEntries(Object.entries(DEFAULT_SETTINGS).map(([name, value]) => [name, checkOf(value)]));
  const fault = body.geolocations === undefined ? undefined : geolocationsFault(body.geolocations);
  if (fault !== undefined) throw wrong(fault);
  check(body, checks, '');
  return body as Partial<EmulatorSettings>;
}

/** Whose phone, by one or more of these, and what it does with a push notification. */
export interface PhoneRequest {
  /** Login or id. */
  user?: string;
  stateHandle?: string;
  /** What the QR code or the link holds. */
  url?: string;
  /** Of a notification of the Factors API: the last part of its poll link. */
  transactionId?: string;
  approve?: boolean;
  /** The number that is chosen on the phone. */
  number?: string;
}

const PHONE_REQUEST: Record<keyof PhoneRequest, Check> = {
  user: isString,
  stateHandle: isString,
  url: isString,
  transactionId: isString,
  approve: isBoolean,
  number: isString,
};

export function readPhoneRequest(body: Record<string, unknown>): PhoneRequest {
  check(body, PHONE_REQUEST, '');
  const { user, stateHandle, url, transactionId } = body;
  if ([user, stateHandle, url, transactionId].every((name) => name === undefined)) {
    throw wrong('One of user, stateHandle, url and transactionId is needed to find what waits for the phone.');
  }
  return body as PhoneRequest;
}

/** A setting takes what its default is of; what is in a list is checked by its own rules. */
function checkOf(value: EmulatorSettings[keyof EmulatorSettings]): Check {
  if (Array.isArray(value)) return Array.isArray;
  return typeof value === 'number' ? isNumber : isBoolean;
}

function check(value: unknown, checks: Record<string, Check>, at: string): void {
  if (typeof value !== 'object' || value === null) throw wrong(`${at.slice(0, -1)} must be an object.`);
  for (const [name, member] of Object.entries(value)) {
    const test = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!test) throw wrong(`${at}${name} is unknown; known are ${Object.keys(checks).join(', ')}.`);
    if (!test(member)) throw wrong(`${at}${name} has a wrong value: ${JSON.stringify(member)}.`);
  }
}

function wrong(text: string): OktaError {
  return new OktaError(400, 'E_EMULATOR_CONTROL', text);
}
