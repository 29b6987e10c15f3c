/** Network zones as the rules of policies name them. */
import { z } from 'zod';
import type { Reference, SetValue } from '../engine/kind.ts';
import { addressFor, escapeName } from '../shared/address.ts';
import type { NetworkZone } from '../wire/network-zone.ts';
import type { NetworkCondition } from '../wire/policy.ts';
import { missing, type OrgContext } from './context.ts';
import { setField } from './section.ts';
import { listed, unwanted } from './sets.ts';

export const networkZonesField = setField(
  z.string(),
  'The rule is for requests from these network zones; `[]`: from anywhere.',
).optional();

export function zoneReferences(networkZones: SetValue | undefined): Reference[] {
  return listed(networkZones).map((zone, index) => ({
    kind: 'networkZone',
    key: escapeName(zone),
    path: `networkZones.${index}`,
  }));
}

/** Whether zones say all of a network condition; other conditions stand there as Okta writes them. */
export function saidByZones(networkZones: SetValue | undefined): boolean {
  return !listed(networkZones).some((name) => conditionIn(name) !== undefined);
}

/** A condition as it is shown where zones have no words for it; a zone may have a name that begins alike. */
function conditionIn(name: string): NetworkCondition | undefined {
  if (!name.startsWith('{')) return undefined;
  try {
    const condition = JSON.parse(name) as Partial<NetworkCondition>;
    return condition.connection === undefined ? undefined : (condition as NetworkCondition);
  } catch {
    return undefined;
  }
}

const liveZones = (context: OrgContext) => context.reader.list<NetworkZone>('/api/v1/zones?limit=200');

/** The zones that a condition includes; none for anywhere. A condition without words is shown as Okta writes it. */
export async function zoneNames(context: OrgContext, condition: NetworkCondition | undefined): Promise<string[]> {
  if (!condition || condition.connection === 'ANYWHERE') return [];
  if (condition.connection !== 'ZONE' || !condition.include?.length) return [JSON.stringify(condition)];
  const zones = await liveZones(context);
  return condition.include.map((id) => zones.find((zone) => zone.id === id)?.name ?? id);
}

/** The condition that includes the wanted zones. */
export async function networkCondition(
  context: OrgContext,
  live: NetworkCondition = { connection: 'ANYWHERE' },
  wanted: SetValue | undefined,
): Promise<NetworkCondition> {
  if (wanted === undefined) return live;
  const [shown] = listed(wanted).flatMap((name) => conditionIn(name) ?? []);
  if (shown) return shown;
  const before = await zoneNames(context, live);
  const kept = 'add' in wanted ? before.filter((name) => !unwanted(wanted).includes(name)) : [];
  const names = [...new Set([...kept, ...listed(wanted)])];
  if (names.length === 0) return { connection: 'ANYWHERE' };
  const zones = await liveZones(context);
  const idOf = (name: string) =>
    context.created.get(addressFor('networkZone', name)) ??
    zones.find((zone) => zone.name === name || zone.id === name)?.id ??
    missing('networkZone', name);
  return { connection: 'ZONE', include: names.map(idOf) };
}
