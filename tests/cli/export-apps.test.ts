import { beforeEach, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';
import { exporter, on } from '../support/export.ts';

const org = testOrg();
beforeEach(() => org.reset());

const { exported } = exporter(org);

it('remarks nothing on apps as apply makes them', async () => {
  const yaml = `version: 1
apps:
  - { label: Web, type: web, grantTypes: [authorization code, interaction code, refresh token], redirectUris: [http://localhost:8080/cb] }
  - { label: Hybrid, type: web, grantTypes: [authorization code, implicit], redirectUris: [http://localhost:8080/cb] }
  - { label: Single, type: single-page, grantTypes: [authorization code], redirectUris: [http://localhost:8080/cb] }
  - { label: Device, type: native, grantTypes: [device authorization] }
  - { label: Machine, type: service, grantTypes: [client credentials] }
`;
  const folder = workFolder({ 'orgproof.yaml': yaml });
  expect((await cli(folder, ['apply', '--yes', ...on(org)])).exitCode).toBe(0);
  const { stdout } = await exported(workFolder(), '--json');
  const { objects, remarks } = JSON.parse(stdout);
  expect({ objects, remarks }).toEqual({ objects: 5, remarks: [] });
});

it('tells what the config has no words for beside the app', async () => {
  const created = await org.ok<{ id: string; visibility: object }>('POST', '/api/v1/apps', {
    name: 'oidc_client',
    label: 'Portal',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
    accessibility: { selfService: true, loginRedirectUrl: 'https://portal.example.com/login' },
    visibility: { autoLaunch: true, hide: { iOS: true, web: false } },
    profile: { costCentre: '4711' },
    settings: {
      notes: { admin: 'Ask Alice first', enduser: null },
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code', 'implicit'],
        response_types: ['code', 'id_token'],
        redirect_uris: ['http://localhost:8080/cb'],
      },
    },
  });
  expect(created.visibility).toMatchObject({ hide: { web: false } });
  expect((await exported(workFolder())).stdout).toContain(
    '  # its accessibility.loginRedirectUrl, accessibility.selfService, notes.admin, profile.costCentre, response_types, ' +
      'visibility.autoLaunch, visibility.hide have no words in the config\n  - label: Portal\n',
  );
});
