/** The order of writes, from references alone. Pure. */
import { EXIT, OrgproofError } from '../shared/errors.ts';

/**
 * Sorts addresses so that each comes after what it needs; among equals the given order is kept.
 * @param needs what an address needs; addresses outside the given ones are ignored
 * @throws OrgproofError `reference-cycle` (exit 5) naming the members of a cycle
 */
export function sortByNeeds(addresses: readonly string[], needs: (address: string) => readonly string[]): string[] {
  const known = new Set(addresses);
  const done = new Set<string>();
  const open: string[] = [];
  const visit = (address: string): void => {
    if (done.has(address)) return;
    if (open.includes(address)) {
      const cycle = [...open.slice(open.indexOf(address)), address];
      throw new OrgproofError(`these objects need each other, so none can be written first: ${cycle.join(' -> ')}`, {
        code: 'reference-cycle',
        hint: 'remove one of the references',
        exitCode: EXIT.usage,
      });
    }
    open.push(address);
    for (const need of needs(address)) if (known.has(need)) visit(need);
    open.pop();
    done.add(address);
  };
  for (const address of addresses) visit(address);
  return [...done];
}
