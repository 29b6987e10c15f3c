/** Laws of export: a plan of it is empty, and a fresh org that it is applied to exports the same. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { SECTIONS } from '../../src/kinds/index.ts';
import { connect } from '../../src/okta/client.ts';
import { exportOrg } from '../../src/provision/export.ts';
import { type TestOrg, testOrg, type Untyped } from '../support/emulator.ts';
import { provisioner } from '../support/provision.ts';
import { config, world } from './configs.ts';
import { law } from './law.ts';
import { type LiveOrg, readOrg } from './live.ts';
import { rawOrg } from './raw-org.ts';
import { layout, load, toYaml } from './text.ts';

const org = testOrg();
const copy = testOrg();

const anyConfig = world.chain((of) => fc.tuple(config(of, { add: true }), layout));

async function exported(from: TestOrg, options: { all?: boolean; users?: boolean } = {}) {
  const api = await connect({ orgUrl: from.url, credentials: { mode: 'SSWS', token: from.token } });
  return exportOrg({ api, ...options });
}

/** All but users, and without what is the org's own: its ids, its keys. */
const managed = ({ objects }: LiveOrg) =>
  Object.fromEntries(
    [...objects]
      .filter(([address]) => !address.startsWith('user/'))
      .map(([address, object]) => [address, meaning(address.startsWith('app/') ? portable(object) : object)]),
  );

function portable({ orn, credentials, ...app }: Untyped): Untyped {
  return { ...app, proof: credentials.oauthClient };
}

/** Lists in these objects are sets, and an empty one (people, addresses) says as much as none. */
function meaning(value: Untyped): Untyped {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(meaning(one))).sort();
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, inner]) => [key, meaning(inner)] as const);
  return Object.fromEntries(members.filter(([, inner]) => typeof inner !== 'object' || !isEmpty(inner)));
}

const isEmpty = (value: Untyped) => value === null || Object.keys(value).length === 0;

describe('export', () => {
  law(
    'plans nothing on the org it came from, with or without the defaults',
    15,
    anyConfig,
    async ([data, how], note) => {
      const yaml = toYaml(data, how);
      note('config', yaml);
      await org.reset();
      const { apply, plan } = provisioner(org);
      expect((await apply(load(yaml))).errors.join('\n')).toBe('');
      for (const options of [{}, { all: true, users: true }]) {
        const { text, leftOut } = await exported(org, options);
        note('exported', text);
        expect(leftOut).toEqual([]);
        expect((await plan(load(text))).changes.join('\n')).toBe('');
      }
    },
  );

  law('makes the same of a fresh org, which exports the same text', 15, anyConfig, async ([data], note) => {
    const yaml = toYaml(data);
    note('config', yaml);
    await org.reset();
    await copy.reset();
    expect((await provisioner(org).apply(load(yaml))).errors.join('\n')).toBe('');
    const { text } = await exported(org);
    note('exported', text);
    expect((await provisioner(copy).apply(load(text))).errors.join('\n')).toBe('');
    expect((await exported(copy)).text).toBe(text);
    const [there, here] = await Promise.all([readOrg(org), readOrg(copy)]);
    expect(here.sequences).toEqual(there.sequences);
    expect(managed(here)).toEqual(managed(there));
  });

  law('holds all that is declared, in the form that is declared', 10, anyConfig, async ([data], note) => {
    const yaml = toYaml(data);
    note('config', yaml);
    await org.reset();
    const declared = load(yaml).declared;
    expect((await provisioner(org).apply(load(yaml))).errors.join('\n')).toBe('');
    const { text, config: written } = await exported(org, { all: true, users: true });
    note('exported', text);
    const addresses = load(text).declared.map(({ address }) => address);
    const inactive = declared.filter(({ spec }) => (spec as { status?: string }).status === 'inactive');
    const expected = declared.filter((one) => one.kind !== 'authenticator' || !inactive.includes(one));
    expect(addresses).toEqual(expect.arrayContaining(expected.map(({ address }) => address)));
    const sections = Object.keys(written).filter((key) => key !== 'version');
    expect(sections).toEqual(SECTIONS.map(({ key }) => key).filter((key) => sections.includes(key)));
  });

  law('of whatever an org holds plans nothing there, and is taken by a fresh org', 20, rawOrg, async (calls, note) => {
    await org.reset();
    await copy.reset();
    for (const call of calls) await call(org);
    for (const options of [{}, { all: true, users: true }]) {
      const { text } = await exported(org, options);
      note('exported', text);
      expect((await provisioner(org).plan(load(text))).changes.join('\n')).toBe('');
      const { apply, plan } = provisioner(copy);
      expect((await apply(load(text))).errors.join('\n')).toBe('');
      expect((await plan(load(text))).changes.join('\n')).toBe('');
    }
  });
});
