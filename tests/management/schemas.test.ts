/** Schemas of groups and of the users of an app: what a client adds is there, also under the objects that have it. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Application } from '../../src/wire/application.ts';
import type { Group } from '../../src/wire/directory.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

interface Schema {
  definitions: Record<'base' | 'custom', { properties: Record<string, object>; required: string[] }>;
}

const FLOOR = { title: 'Floor', type: 'integer', required: true };
const added = (properties: object) => ({ definitions: { custom: { id: '#custom', type: 'object', properties } } });
/** FLOOR as Okta shows it. */
const SHOWN = {
  ...FLOOR,
  scope: 'NONE',
  mutability: 'READ_WRITE',
  master: { type: 'PROFILE_MASTER' },
  permissions: [{ principal: 'SELF', action: 'READ_ONLY' }],
};

describe('the schema of groups', () => {
  const PATH = '/api/v1/meta/schemas/group/default';

  it('has a name and a description', async () => {
    const schema = await org.ok<Schema>('GET', PATH);
    expect(schema).toMatchObject({
      id: expect.stringMatching(/^http.*\/api\/v1\/meta\/schemas\/group\/default$/),
      $schema: 'http://json-schema.org/draft-04/schema#',
      name: 'group',
      title: 'Okta group',
      type: 'object',
      definitions: { base: { required: ['name'] }, custom: { properties: {}, required: [] } },
    });
    expect(Object.keys(schema.definitions.base.properties)).toEqual(['name', 'description']);
  });

  it('takes attributes, changes and drops them', async () => {
    const changed = await org.ok<Schema>('POST', PATH, added({ floor: FLOOR }));
    expect(changed.definitions.custom).toMatchObject({ properties: { floor: SHOWN }, required: ['floor'] });
    await org.ok('POST', PATH, added({ floor: { title: 'Storey' }, wing: { title: 'Wing', type: 'string' } }));
    expect((await org.ok<Schema>('GET', PATH)).definitions.custom.properties).toMatchObject({
      floor: { title: 'Storey', type: 'integer' },
      wing: { type: 'string' },
    });
    const plain = await org.ok<Schema>('POST', PATH, added({ floor: { title: 'Storey', required: null } }));
    expect(plain.definitions.custom).toMatchObject({ properties: { floor: { type: 'integer' } }, required: [] });
    expect(plain.definitions.custom.properties.floor).not.toHaveProperty('required');
    const left = await org.ok<Schema>('POST', PATH, added({ floor: null }));
    expect(Object.keys(left.definitions.custom.properties)).toEqual(['wing']);
    const group = await org.ok<Group>('POST', '/api/v1/groups', { profile: { name: 'Ground staff', wing: 'East' } });
    expect((await org.ok<Group>('GET', `/api/v1/groups/${group.id}`)).profile).toMatchObject({ wing: 'East' });
  });

  it('refuses an attribute of no type, and one that is taken', async () => {
    expect(await org.refused('POST', PATH, added({ floor: { title: 'Floor' } }))).toMatchObject({
      status: 400,
      code: 'E0000001',
      causes: ['floor: Invalid type.'],
    });
    expect(await org.refused('POST', PATH, added({ name: FLOOR }))).toMatchObject({ status: 400 });
  });
});

describe('the schema of the users of an app', () => {
  const APP = {
    name: 'oidc_client',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
    settings: {
      oauthClient: {
        application_type: 'web',
        redirect_uris: ['http://localhost:8080/login/callback'],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    },
  };
  const create = (label: string) => org.ok<Application>('POST', '/api/v1/apps', { ...APP, label });
  const path = ({ id }: { id: string }) => `/api/v1/meta/schemas/apps/${id}/default`;

  it('is of its own app alone', async () => {
    const [one, other] = [await create('One'), await create('Other')];
    const changed = await org.ok<Schema>('POST', path(one), added({ floor: FLOOR }));
    expect(changed).toMatchObject({
      title: 'One User',
      definitions: { base: { required: ['userName'] }, custom: { properties: { floor: SHOWN } } },
    });
    expect(await org.ok('GET', path(one))).toEqual(changed);
    expect((await org.ok<Schema>('GET', path(other))).definitions.custom.properties).toEqual({});
  });

  it('changes what Okta defines, and is gone with its app', async () => {
    const app = await create('One');
    const userName = { title: 'Account', master: { type: 'OKTA' } };
    await org.ok('POST', path(app), { definitions: { base: { id: '#base', properties: { userName } } } });
    expect((await org.ok<Schema>('GET', path(app))).definitions.base.properties).toMatchObject({
      userName: { title: 'Account', type: 'string', required: true, master: { type: 'OKTA' } },
    });
    await org.ok('POST', `/api/v1/apps/${app.id}/lifecycle/deactivate`);
    await org.ok('DELETE', `/api/v1/apps/${app.id}`);
    expect(await org.refused('GET', path(app))).toMatchObject({ status: 404, code: 'E0000007' });
  });
});
