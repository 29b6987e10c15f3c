/** What a schema cannot say: names that must be unique, references that must lead somewhere, settings that contradict. */

import type { Declared } from '../engine/kind.ts';
import { sortByNeeds } from '../engine/order.ts';
import { BUILT_IN_GROUPS } from '../kinds/groups.ts';
import { KINDS } from '../kinds/index.ts';
import { addressFor, addressOf } from '../shared/address.ts';

import { formatPlace, type SourcePlace } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import type { Config } from './load.ts';
import { ConfigError, type Problem } from './problems.ts';

/** What a config is made of. */
export interface Source {
  /** What stands in the file at a path of an object, before variables were replaced. */
  written(address: string, path: string): unknown;
  placeAt(path: Declared['path']): SourcePlace;
}

/** @throws ConfigError (exit 5) with every problem found */
export function checkConfig(config: Config, source: Source): void {
  const problems: Problem[] = [
    ...duplicates(config, source),
    ...danglingReferences(config, source),
    ...contradictions(config),
    ...flowProblems(config, source),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  const byAddress = new Map(config.declared.map((object) => [object.address, object]));
  sortByNeeds([...byAddress.keys()], (address) => {
    const object = byAddress.get(address);
    return object ? referencesOf(object).map((reference) => addressOf(reference.kind, reference.key)) : [];
  });
}

function duplicates(config: Config, { placeAt }: Source): Problem[] {
  const seen = new Map<string, Declared>();
  return config.declared.flatMap((object): Problem[] => {
    const name = comparedName(object);
    const first = seen.get(name);
    seen.set(name, first ?? object);
    if (!first) return [];
    const same = first.key === object.key;
    return [
      {
        message: `${object.address} is declared twice${same ? '' : `: ${first.address} is the same to Okta or to a reader`}`,
        place: placeAt(object.path),
        hint: `the other one is at ${formatPlace(placeAt(first.path))}; names are unique within a kind`,
      },
    ];
  });
}

/** Two names that look alike to everybody would be told apart by nobody. */
function comparedName({ kind, key }: Declared): string {
  const folded = KINDS.find(({ name }) => name === kind)?.folded?.(key) ?? key;
  return addressOf(kind, folded.normalize('NFC'));
}

function danglingReferences(config: Config, { written }: Source): Problem[] {
  const addresses = new Map(config.declared.map((object) => [object.address, object]));
  let missing = 0;
  return config.declared.flatMap((object) =>
    referencesOf(object).flatMap((reference): Problem[] => {
      const target = addresses.get(addressOf(reference.kind, reference.key));
      const place = config.locate(object.address, reference.path);
      if (!target) {
        missing += 1;
        const known = missing > MOST_LIKENED ? [] : config.declared;
        return [missingReference(reference, written(object.address, reference.path), known, place)];
      }
      if (target.ensure === 'absent' && object.ensure === 'present') {
        return [{ message: `${object.address} needs ${target.address}, which is to be deleted`, place }];
      }
      return [];
    }),
  );
}

/** Missing names that are likened to every known one: more are never read, and would take minutes in a config of thousands. */
const MOST_LIKENED = 20;

function missingReference(
  reference: { kind: string; key: string },
  written: unknown,
  known: readonly Declared[],
  place: Problem['place'],
): Problem {
  const names = known.filter((object) => object.kind === reference.kind).map((object) => object.key);
  const near = nearest(reference.key, names);
  // What a variable stands for may be a secret in the wrong place.
  const isVariable = typeof written === 'string' && written.includes('${');
  return {
    message: `there is no ${reference.kind} "${isVariable ? written : reference.key}" in the config`,
    place,
    hint: [
      near === undefined ? undefined : `did you mean "${near}"?`,
      'one that the org has already is declared by its name alone, and then adopted as it is',
    ]
      .filter((part) => part !== undefined)
      .join(' '),
  };
}

/** An enrollment policy that allows what the org has switched off. */
function contradictions(config: Config): Problem[] {
  const inactive = new Map(
    config.declared
      .filter((object) => object.kind === 'authenticator' && (object.spec as { status?: string }).status === 'inactive')
      .map((object) => [object.key, object]),
  );
  return config.declared
    .filter((object) => object.kind === 'enrollmentPolicy' && object.ensure === 'present')
    .flatMap((policy) =>
      Object.entries((policy.spec as { authenticators?: Record<string, string> }).authenticators ?? {}).flatMap(
        ([name, level]): Problem[] => {
          const off = inactive.get(name);
          if (!off || level === 'disabled') return [];
          const other = config.locate(off.address, 'status');
          return [
            {
              message: `the policy "${policy.key}" says ${name}: ${level}, but ${name} is inactive in this config`,
              place: config.locate(policy.address, `authenticators.${name}`),
              hint: `make it disabled here, or active${other ? ` at ${formatPlace(other)}` : ''}`,
            },
          ];
        },
      ),
    );
}

function flowProblems(config: Config, { written }: Source): Problem[] {
  const names = new Set<string>();
  const addresses = new Map(config.declared.map((object) => [object.address, object]));
  let missing = 0;
  return config.flows.flatMap((flow): Problem[] => {
    const address = addressFor('flow', flow.name);
    const at = (path: string) => config.locate(address, path);
    const problems: Problem[] = [];
    if (names.has(flow.name))
      problems.push({ message: `the flow "${flow.name}" is declared twice`, place: at('name') });
    names.add(flow.name);
    const need = (kind: string, name: string, path: string) => {
      if (addresses.get(addressFor(kind, name))?.ensure === 'present') return;
      if (kind === 'group' && BUILT_IN_GROUPS.includes(name)) return;
      missing += 1;
      const known = missing > MOST_LIKENED ? [] : config.declared;
      problems.push(missingReference({ kind, key: name }, written(address, path), known, at(path)));
    };
    need('app', flow.app, 'app');
    if (typeof flow.user === 'string') need('user', flow.user, 'user');
    else
      flow.user.groups.forEach((group, index) => {
        need('group', group, `user.groups.${index}`);
      });
    return problems;
  });
}

function referencesOf(object: Declared) {
  const kind = KINDS.find((candidate) => candidate.name === object.kind);
  // Objects to be deleted need nothing.
  return kind && object.ensure === 'present' ? kind.references(object.spec, object.key) : [];
}
