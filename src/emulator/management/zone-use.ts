/** Where a network zone is used: Okta refuses to take away a zone that a rule names. */
import type { Org } from '../org.ts';

/** The names of the policy rules whose network condition names the zone. */
export function zonesInUse(org: Org, zoneId: string): string[] {
  return org.store.policyRules
    .filter(({ conditions }) => {
      const network = conditions?.network as { include?: string[]; exclude?: string[] } | undefined;
      return [...(network?.include ?? []), ...(network?.exclude ?? [])].includes(zoneId);
    })
    .map((rule) => rule.name);
}
