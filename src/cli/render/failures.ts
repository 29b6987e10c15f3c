/** What became of the changes that were not applied: for people, and as annotations on the lines of the config. */
import type { Config } from '../../config/load.ts';
import { explainApiError } from '../../okta/explain.ts';
import { blameOf } from '../../provision/blame.ts';
import type { OrgApplyResult } from '../../provision/index.ts';
import { formatPlace, OrgproofError, type SourcePlace } from '../../shared/errors.ts';
import { oneLine } from '../../shared/one-line.ts';
import type { Io } from '../io.ts';
import { title } from './words.ts';

type Entry = OrgApplyResult['changes'][number];

/** One change that was not applied. */
interface Failure {
  name: string;
  state: string;
  /** The field that caused it, else the object. */
  place: SourcePlace | undefined;
  /** Absent for a change that was never begun. */
  reason?: { message: string; hint: string | undefined };
  /** Further causes with places of their own. */
  causes: readonly { text: string; place: SourcePlace }[];
}

/** Prints each change that was not applied. */
export function reportFailures(org: string, result: OrgApplyResult, config: Pick<Config, 'locate'>, io: Io): void {
  const failures = result.changes
    .filter((entry) => entry.outcome !== 'applied')
    .map((entry) => failureOf(org, entry, config));
  if (failures.length === 0) return;
  const applied = result.changes.length - failures.length;
  io.warn(`${applied} of ${result.changes.length} changes were applied; these were not:`);
  for (const failure of failures) {
    for (const line of linesOf(failure, io)) io.warn(line);
    if (failure.reason) io.annotate(failure.place, `${failure.name}: ${failure.reason.message}`);
    for (const { place, text } of failure.causes) io.annotate(place, `${failure.name}: ${text}`);
  }
}

/** The place in the config that an entry's error is about: the field that it names, else the object. */
export function placeOf({ change, error }: Entry, config: Pick<Config, 'locate'>): SourcePlace | undefined {
  return config.locate(change.address, blameOf(change, error)[0]?.field);
}

function failureOf(org: string, entry: Entry, config: Pick<Config, 'locate'>): Failure {
  const { change, outcome, error } = entry;
  const place = placeOf(entry, config);
  const base = {
    name: title(change.kind, change.declared.key),
    state: outcome === 'inDoubt' ? 'in doubt: part of it may have been written' : 'not applied',
    place,
  };
  if (error === undefined) return { ...base, causes: [] };
  const explained = explainApiError(error, org);
  const causes = blameOf(change, error)
    .slice(1)
    .flatMap(({ text, field }) => {
      const own = field === undefined ? undefined : config.locate(change.address, field);
      return own && place && formatPlace(own) !== formatPlace(place) ? [{ text, place: own }] : [];
    });
  return {
    ...base,
    reason: {
      message: explained instanceof Error ? explained.message : String(explained),
      hint: explained instanceof OrgproofError ? explained.hint : undefined,
    },
    causes,
  };
}

function linesOf({ name, state, place, reason, causes }: Failure, io: Io): string[] {
  const at = (where: SourcePlace) => io.paint('dim', formatPlace(where));
  return [
    `  ${io.paint(reason ? 'red' : 'dim', `${name}: ${state}`)}${place ? `  ${at(place)}` : ''}`,
    ...(reason ? [`      ${oneLine(reason.message)}`] : []),
    ...causes.map((cause) => `      ${oneLine(cause.text)}  ${at(cause.place)}`),
    ...(reason?.hint === undefined ? [] : [`      ${io.paint('cyan', oneLine(reason.hint))}`]),
  ];
}
