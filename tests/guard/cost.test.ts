/** What the guard asks of an org: few requests, however many apps and people there are. */
import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg } from '../support/emulator.ts';
import { provisioner, textConfig } from '../support/provision.ts';

const org = testOrg();
beforeEach(() => org.reset());

const APPS = Array.from({ length: 30 }, (_, n) => `A${n}`);
const config = `groups: [{ name: Staff }, { name: Others }]
apps:
${APPS.map((label) => `  - { label: ${label}, type: web, grantTypes: [authorization code], redirectUris: [http://localhost:1/cb], assignedTo: [Staff] }`).join('\n')}
`;

describe('a group that is deleted, which thirty apps are assigned to', () => {
  it('is read group by group, not app by app, and whose members lose what is told', async () => {
    const { apply, guard } = provisioner(org);
    await apply(textConfig(config));
    const { lockouts, notes, requests } = await guard(textConfig('groups: [{ name: Staff, ensure: absent }]\n'));
    expect(lockouts).toHaveLength(1);
    expect(lockouts[0]).toMatch(
      /^group\/Staff: members of "Staff" who have .* could no longer sign in to "A\d+", "A\d+", "A\d+", 27 more apps: it would be assigned to no group of theirs/,
    );
    expect(notes).toEqual([]);
    expect(requests.filter((request) => /^GET \/api\/v1\/apps\/[^/]+\/groups/.test(request))).toEqual([]);
    expect(requests.filter((request) => /^GET \/api\/v1\/groups\/[^/]+\/apps/.test(request))).toHaveLength(4);
  });

  it('is no lockout for those whom another group gives the apps', async () => {
    const { apply, guard } = provisioner(org);
    await apply(textConfig(config.replaceAll('[Staff] }', '[Staff, Everyone] }')));
    expect((await guard(textConfig('groups: [{ name: Staff, ensure: absent }]\n'))).lockouts).toEqual([]);
  });
});
