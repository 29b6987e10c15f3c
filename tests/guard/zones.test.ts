import { beforeEach, describe, expect, it } from 'vitest';
import { testOrg } from '../support/emulator.ts';
import { provisioner, textConfig } from '../support/provision.ts';
import { phoneConfig } from './configs.ts';

const org = testOrg();
beforeEach(async () => {
  await org.reset();
  await provisioner(org).apply(phoneConfig());
});

/** The lockouts and notes of the second config on the org that the first one has made. */
async function planned(first: string, second: string) {
  const { apply, guard } = provisioner(org);
  expect((await apply(textConfig(first))).errors).toEqual([]);
  return guard(textConfig(second));
}

const OFFICE_ONLY = `globalSessionPolicies:
  - name: Office only
    groups: [Everyone]
    rules: [{ name: In office, networkZones: [Office], access: allowed }, { name: Else, access: denied }]
networkZones: [{ name: Office, type: ip, gateways: [203.0.113.0/24] }]
`;
const ADMIN = 'the admin admin@example.com, and admins with the groups of admin@example.com';

describe('a blocklist', () => {
  it('over all addresses locks everyone out', async () => {
    const all =
      'networkZones: [{ name: Block all, type: ip, usedFor: blocklist, gateways: [0.0.0.0/1, 128.0.0.0/1] }]\n';
    const { lockouts, places } = await provisioner(org).guard(textConfig(all));
    expect(lockouts[0]).toBe(
      `networkZone/Block all: ${ADMIN} who have Password and Email, or Password, Email and Phone could no longer reach the Admin Console: the network zone "Block all" blocks sign-ins from there; no other admin could, either`,
    );
    expect(lockouts.at(-1)).toMatch(/could no longer sign in to "Shop": the network zone "Block all" blocks/);
    expect(places[0]).toBe('2:54');
  });

  it('that gains addresses is told with one of them', async () => {
    const blocked = (gateways: string) =>
      `networkZones: [{ name: BlockedIpZone, type: ip, usedFor: blocklist, gateways: [${gateways}] }]\n`;
    const { lockouts } = await planned(blocked('198.51.100.0/24'), blocked('198.51.100.0/24, 203.0.113.4-203.0.113.9'));
    expect(lockouts[0]).toContain('networkZone/BlockedIpZone: the admin admin@example.com');
    expect(lockouts[0]).toContain(
      'could no longer reach the Admin Console from 203.0.113.4: the network zone "BlockedIpZone"',
    );
  });

  it('that comes into force is judged, and one that blocks less is not', async () => {
    const zone = (status: string, gateways: string) =>
      `networkZones: [{ name: Bad, type: ip, usedFor: blocklist, status: ${status}, gateways: [${gateways}] }]\n`;
    const both = '198.51.100.0/24, 203.0.113.0/24';
    const { lockouts } = await planned(zone('inactive', both), zone('active', both));
    expect(lockouts[0]).toMatch(/^networkZone\/Bad: .* from 198\.51\.100\.0: /);
    expect((await planned(zone('active', both), zone('active', '203.0.113.0/24'))).lockouts).toEqual([]);
  });

  it('that was a zone for policies is judged', async () => {
    const zone = (use: string) =>
      `networkZones: [{ name: Office, type: ip, usedFor: ${use}, gateways: [203.0.113.0/24] }]\n`;
    const { lockouts } = await planned(zone('policies'), zone('blocklist'));
    expect(lockouts[0]).toMatch(/^networkZone\/Office: .* from 203\.0\.113\.0: the network zone "Office" blocks/);
  });

  it('of countries is judged by the countries that it names', async () => {
    const zone = (locations: string) =>
      `networkZones: [{ name: Far, type: dynamic, usedFor: blocklist, locations: [${locations}] }]\n`;
    const { lockouts } = await planned(zone('DE'), zone('DE, FR'));
    expect(lockouts[0]).toMatch(/^networkZone\/Far: .* could no longer reach the Admin Console from FR: /);
  });
});

describe('a zone that rules name', () => {
  it('and that moves takes the way in from those who stay where it was', async () => {
    const { lockouts } = await planned(
      OFFICE_ONLY,
      'networkZones: [{ name: Office, type: ip, gateways: [198.51.100.7] }]\n',
    );
    expect(lockouts[0]).toMatch(
      /^networkZone\/Office: the admin admin@example\.com.* from 203\.0\.113\.0: the global session policy denies access \(rule "Else"\)$/,
    );
  });

  it('and that is switched off takes it from everyone', async () => {
    const { lockouts } = await planned(OFFICE_ONLY, 'networkZones: [{ name: Office, type: ip, status: inactive }]\n');
    expect(lockouts[0]).toMatch(/^networkZone\/Office: the admin admin@example\.com.* denies access \(rule "Else"\)/);
  });

  it('and that grows keeps it', async () => {
    const wider = 'networkZones: [{ name: Office, type: ip, gateways: [203.0.113.0/24, 198.51.100.7] }]\n';
    expect((await planned(OFFICE_ONLY, wider)).lockouts).toEqual([]);
  });
});

describe('more zones than are tried', () => {
  const BRANCHES = Array.from({ length: 12 }, (_, n) => `B${n}`);
  const zones = `networkZones:
${BRANCHES.map((name, n) => `  - { name: ${name}, type: ip, gateways: [10.0.${n}.0/24] }`).join('\n')}
  - { name: HQ, type: ip, gateways: [10.1.0.0/24] }
`;
  const rules = (first: string) => `globalSessionPolicies:
  - name: Default Policy
    rules:
${first}      - { name: Branches, networkZones: [${BRANCHES.join(', ')}], access: allowed }
      - { name: Default Rule }
`;

  it('those that changed rules name come first, and what is left out is said', async () => {
    const closed = rules('      - { name: HQ closed, networkZones: [HQ], access: denied }\n');
    const { lockouts, notes } = await planned(zones + rules(''), zones + closed);
    expect(lockouts[0]).toMatch(/^globalSessionPolicyRule\/Default Policy\/HQ closed: .* in the network zone "HQ": /);
    expect(notes).toEqual(['sign-ins were tried from 10 places; the network zones tell 4 more apart']);
  });
});
