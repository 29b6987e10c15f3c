/** In which order the objects of one plan are written. */
import { addressOf } from '../shared/address.ts';
import type { AnyKind, Declared, Found } from './kind.ts';
import { sortByNeeds } from './order.ts';

/** What must be written before what. */
export class WriteOrder<Context> {
  readonly #declared: readonly Declared[];
  readonly #kindOf: ReadonlyMap<string, AnyKind<Context>>;
  readonly #found: ReadonlyMap<string, Found>;
  readonly #needs = new Map<string, readonly string[]>();

  constructor(
    declared: readonly Declared[],
    kindOf: ReadonlyMap<string, AnyKind<Context>>,
    found: ReadonlyMap<string, Found>,
  ) {
    this.#declared = declared;
    this.#kindOf = kindOf;
    this.#found = found;
    for (const object of declared) if (object.ensure === 'present') this.#needs.set(object.address, this.#own(object));
    const leaving = declared.filter((object) => object.ensure === 'absent');
    for (const object of leaving) this.#needs.set(object.address, this.#leavesAfter(object, leaving));
    for (const object of leaving) this.#needs.set(object.address, [...this.needs(object), ...this.#stayers(object)]);
  }

  /** Addresses that must be done before this one. */
  needs(object: Declared): readonly string[] {
    return this.#needs.get(object.address) ?? [];
  }

  objects(): Declared[] {
    const byAddress = new Map(this.#declared.map((object) => [object.address, object]));
    const order = sortByNeeds([...byAddress.keys()], (address) => this.#needs.get(address) ?? []);
    return order.flatMap((address) => byAddress.get(address) ?? []);
  }

  /** What an object names, and what Okta's rules put before it. */
  #own(object: Declared): string[] {
    const kind = this.#kindOf.get(object.kind);
    return [
      ...this.#named(object),
      ...(kind?.after?.(object, this.#declared) ?? []),
      ...(kind?.comesBackFirst ? [] : this.#namedByImage(object)),
    ];
  }

  /** Objects that come back, too, and whose ids stand in what is remembered of this one; what stands in it follows it. */
  #namedByImage(object: Declared): string[] {
    if (object.formerly?.image === undefined) return [];
    const image = JSON.stringify(object.formerly.image);
    return this.#declared
      .filter(({ formerly }) => formerly?.image !== undefined && formerly.id !== object.formerly?.id)
      .filter(({ formerly }) => formerly?.id && image.includes(formerly.id))
      .filter((other) => !other.key.startsWith(`${object.key}/`))
      .map((other) => other.address);
  }

  #named(object: Declared, spec: object = object.spec): string[] {
    const references = this.#kindOf.get(object.kind)?.references(spec, object.key) ?? [];
    return references.map((reference) => addressOf(reference.kind, reference.key));
  }

  /** What an object to be deleted names in the org: its entry need say no more than its name. */
  #namedLive(object: Declared): string[] {
    return this.#named(object, { ...object.spec, ...this.#found.get(object.address)?.spec });
  }

  /**
   * What goes too and names this, goes first. A kind names only kinds before it, also from inside (a rule that goes with
   * its policy), so that the last kinds go first.
   */
  #leavesAfter(object: Declared, leaving: readonly Declared[]): string[] {
    return leaving
      .filter((other) => this.#ranks(other) > this.#ranks(object) || this.#namedLive(other).includes(object.address))
      .map(({ address }) => address);
  }

  /** All that stays and does not wait for this to go: written first, it can need this no more. */
  #stayers(object: Declared): string[] {
    return this.#declared
      .filter((other) => other.ensure === 'present' && !this.#waitsFor(other.address, object.address))
      .map(({ address }) => address);
  }

  #ranks({ kind }: Declared): number {
    return [...this.#kindOf.keys()].indexOf(kind);
  }

  #waitsFor(address: string, awaited: string, seen = new Set<string>()): boolean {
    if (address === awaited) return true;
    if (seen.has(address)) return false;
    seen.add(address);
    return (this.#needs.get(address) ?? []).some((need) => this.#waitsFor(need, awaited, seen));
  }
}
