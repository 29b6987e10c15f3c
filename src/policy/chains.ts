/**
 * AUTH_METHOD_CHAIN: a rule that names its methods in order. A chain is a first set of methods and continuations; each way
 * from its first to its last link is a path, and one path must be walked in order.
 */
import type { PossessionConstraint, VerificationMethod } from '../wire/policy.ts';
import { fitsConstraint } from './constraints.ts';
import { type Factor, traitsOf } from './factors.ts';

interface Link extends Pick<PossessionConstraint, 'hardwareProtection' | 'phishingResistant' | 'userVerification'> {
  key: string;
  method: string;
}
interface ChainNode {
  authenticationMethods?: Link[];
  next?: ChainNode[];
}
/** The sets of methods of one path, first to last. */
export type Path = Link[][];

export function chainPaths(demand: VerificationMethod): Path[] {
  return ((demand.chains ?? []) as ChainNode[]).flatMap(pathsFrom);
}

function pathsFrom(node: ChainNode): Path[] {
  const here = node.authenticationMethods ?? [];
  if (!node.next?.length) return [[here]];
  return node.next.flatMap((next) => pathsFrom(next).map((path) => [here, ...path]));
}

export function chainSatisfied(paths: readonly Path[], verified: readonly Factor[]): boolean {
  return paths.some((path) => walked(path, verified) === path.length);
}

/** The methods of `pool` that continue a path which can be walked to its end with `pool`. */
export function nextInChains(paths: readonly Path[], verified: readonly Factor[], pool: readonly Factor[]): Factor[] {
  const open = paths
    .map((path) => path.slice(walked(path, verified)))
    .filter((rest) => rest.every((link) => pool.some((factor) => isIn(link, factor))));
  return pool.filter((factor) => open.some(([first]) => first !== undefined && isIn(first, factor)));
}

/** How many links of the path the verified factors cover, in order. */
function walked(path: Path, verified: readonly Factor[]): number {
  let done = 0;
  for (const factor of verified) {
    const link = path[done];
    if (link && isIn(link, factor)) done++;
  }
  return done;
}

function isIn(link: readonly Link[], factor: Factor): boolean {
  const traits = traitsOf(factor);
  return link.some(
    (one) =>
      one.key === factor.key &&
      one.method.toLowerCase() === factor.method &&
      (traits === undefined || fitsConstraint(traits, one)),
  );
}
