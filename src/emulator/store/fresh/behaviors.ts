/** The behaviours that every org has (documented). */
import { type Org, orgNow } from '../../org.ts';
import type { BehaviorEntity } from '../entities.ts';

const BEHAVIORS: readonly Pick<BehaviorEntity, 'name' | 'type' | 'settings'>[] = [
  { name: 'New City', type: 'ANOMALOUS_LOCATION', settings: location('CITY') },
  { name: 'New Country', type: 'ANOMALOUS_LOCATION', settings: location('COUNTRY') },
  {
    name: 'New Device',
    type: 'ANOMALOUS_DEVICE',
    settings: { maxEventsUsedForEvaluation: 20, minEventsNeededForEvaluation: 0 },
  },
  { name: 'New Geo-Location', type: 'ANOMALOUS_LOCATION', settings: { ...location('LAT_LONG'), radiusKilometers: 20 } },
  {
    name: 'New IP',
    type: 'ANOMALOUS_IP',
    settings: { maxEventsUsedForEvaluation: 50, minEventsNeededForEvaluation: 0 },
  },
  { name: 'New State', type: 'ANOMALOUS_LOCATION', settings: location('SUBDIVISION') },
  { name: 'Velocity', type: 'VELOCITY', settings: { velocityKph: 805 } },
];

function location(granularity: string): BehaviorEntity['settings'] {
  return { granularity, maxEventsUsedForEvaluation: 20, minEventsNeededForEvaluation: 0 };
}

export function seedBehaviors(org: Org): void {
  const now = orgNow(org);
  for (const behavior of BEHAVIORS) {
    org.store.behaviors.put({ id: org.ids.next('bhv'), ...behavior, status: 'ACTIVE', created: now, lastUpdated: now });
  }
}
