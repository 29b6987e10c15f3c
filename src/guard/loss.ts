/** A loss: somebody had a way into an app before a plan and would have none after it. Pure. */
import { type RuleEffect, ruleEffects } from './group-rules.ts';
import type { Admins } from './people.ts';
import { zonesAt } from './places.ts';
import type { SignInPlace } from './sign-ins.ts';
import type { TouchedPerson } from './touched.ts';
import type { Vantage } from './vantages.ts';
import type { WayIn } from './way-in.ts';
import type { World } from './world.ts';

export interface Loss {
  /** Who loses it. */
  who: string;
  /** What they have enrolled, in words, where that tells them apart. */
  having?: string;
  /** What is lost; follows `who`. Those who lose the same by the same object are told of together. */
  what: string;
  reason: string;
  /** Said behind the reason. */
  more?: string;
  /** Ids of the objects that decide it, the most telling one first. */
  deciding: readonly string[];
  /** Whether it is lost in another state of the org, too: one that lacks a change of the plan. */
  happensIn(world: World): boolean;
}

export interface Comparison {
  before: World;
  after: World;
  admins: Pick<Admins, 'ids' | 'complete'>;
  /** Users whom a flow of the config wants signed in. */
  flows: readonly {
    name: string;
    userId: string;
    appId: string;
    /** The app is assigned to the user, not to a group alone. */
    isAssigned: boolean;
  }[];
  /** From where people have signed in lately; undefined when that is not known, or not asked. */
  signIns: readonly SignInPlace[] | undefined;
  /** Users whose own groups or factors the plan changes. */
  touched: readonly TouchedPerson[];
  /** Sets of group ids that the plan itself puts people in. */
  sets: readonly (readonly string[])[];
}

/** The vantages that matter at an app; without one, those that matter everywhere. */
export type VantagesAt = (appId: string | undefined) => readonly Vantage[];

/** Nobody in particular, and those whom each group rule concerns that a plan switches on or changes. */
export function rulesAsked({ before, after }: Comparison): (RuleEffect | undefined)[] {
  return [undefined, ...ruleEffects(before, after)];
}

export interface Question {
  who: string;
  having?: string;
  /** Asked about those whom this group rule concerns. */
  rule: RuleEffect | undefined;
  what: string;
  /** Said behind the reason. */
  more?: string;
  way(world: World, vantage: Vantage): WayIn;
}

/** A loss when there is a vantage from which there was a way in and would be none. */
export function loss(before: World, after: World, vantages: readonly Vantage[], question: Question): Loss[] {
  const { who, having, rule, what, more, way } = question;
  const had = vantages.filter((vantage) => way(before, vantage).open);
  const lost = had.filter((vantage) => !way(after, vantage).open);
  const [at] = lost;
  const now = at && way(after, at);
  if (!at || !now || now.open) return [];
  const isEverywhere = lost.length === had.length && !vantages.some((vantage) => way(after, vantage).open);
  const where = isEverywhere || at.words === '' ? '' : ` ${at.words}`;
  const { place } = at;
  const zones = place ? [before, after].flatMap((world) => zonesAt(world, place).ids) : [];
  return [
    {
      who,
      ...(having === undefined ? {} : { having }),
      what: what + where,
      reason: now.reason,
      ...(more === undefined ? {} : { more }),
      deciding: [
        ...(rule ? [rule.rule.id] : []),
        ...now.deciding,
        ...way(before, at).deciding,
        ...after.authenticators.map(({ id }) => id),
        ...zones,
      ],
      happensIn: (world) => !way(world, at).open,
    },
  ];
}
