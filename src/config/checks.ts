/** What a schema cannot say: names that must be unique, references that must lead somewhere, settings that contradict. */

import type { Declared } from '../engine/kind.ts';
import { sortByNeeds } from '../engine/order.ts';
import { BUILT_IN_GROUPS } from '../kinds/groups.ts';
import { KINDS } from '../kinds/index.ts';
import { addressFor, addressOf } from '../shared/address.ts';

import { formatPlace } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import type { Config } from './load.ts';
import { ConfigError, type Problem } from './problems.ts';

/** What stands in the file at a path of an object, before variables were replaced. */
type AsWritten = (address: string, path: string) => unknown;

/** @throws ConfigError (exit 5) with every problem found */
export function checkConfig(config: Config, asWritten: AsWritten): void {
  const problems = [
    ...duplicates(config),
    ...danglingReferences(config, asWritten),
    ...contradictions(config),
    ...flowProblems(config, asWritten),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  const byAddress = new Map(config.declared.map((object) => [object.address, object]));
  sortByNeeds([...byAddress.keys()], (address) => {
    const object = byAddress.get(address);
    return object ? referencesOf(object).map((reference) => addressOf(reference.kind, reference.key)) : [];
  });
}

function duplicates(config: Config): Problem[] {
  const seen = new Map<string, Declared>();
  return config.declared.flatMap((object) => {
    const first = seen.get(object.address);
    seen.set(object.address, first ?? object);
    if (!first) return [];
    const place = config.locate(object.address);
    return [
      {
        message: `${object.address} is declared twice`,
        place,
        hint: place && `names are unique within a kind; give one of them another name`,
      },
    ];
  });
}

function danglingReferences(config: Config, asWritten: AsWritten): Problem[] {
  const addresses = new Map(config.declared.map((object) => [object.address, object]));
  return config.declared.flatMap((object) =>
    referencesOf(object).flatMap((reference): Problem[] => {
      const target = addresses.get(addressOf(reference.kind, reference.key));
      const place = config.locate(object.address, reference.path);
      if (!target) return [missingReference(reference, asWritten(object.address, reference.path), config, place)];
      if (target.ensure === 'absent' && object.ensure === 'present') {
        return [{ message: `${object.address} needs ${target.address}, which is to be deleted`, place }];
      }
      return [];
    }),
  );
}

function missingReference(
  reference: { kind: string; key: string },
  written: unknown,
  config: Config,
  place: Problem['place'],
): Problem {
  const known = config.declared.filter((object) => object.kind === reference.kind).map((object) => object.key);
  const near = nearest(reference.key, known);
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

function flowProblems(config: Config, asWritten: AsWritten): Problem[] {
  const names = new Set<string>();
  return config.flows.flatMap((flow): Problem[] => {
    const address = addressFor('flow', flow.name);
    const at = (path: string) => config.locate(address, path);
    const problems: Problem[] = [];
    if (names.has(flow.name))
      problems.push({ message: `the flow "${flow.name}" is declared twice`, place: at('name') });
    names.add(flow.name);
    const need = (kind: string, name: string, path: string) => {
      const target = config.declared.find((object) => object.address === addressFor(kind, name));
      const known = target?.ensure === 'present' || (kind === 'group' && BUILT_IN_GROUPS.includes(name));
      if (!known) problems.push(missingReference({ kind, key: name }, asWritten(address, path), config, at(path)));
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
