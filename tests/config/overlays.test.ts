import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../../src/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'orgproof-overlay-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The config of files laid one over the other. */
function overlaid(texts: readonly string[], vars: Record<string, string> = {}): Config {
  const paths = texts.map((text, index) => {
    const path = join(folder, `${index}.yaml`);
    writeFileSync(path, text);
    return path;
  });
  return loadConfig({ paths, vars, env: {} });
}

const specOf = (config: Config, address: string) => config.declared.find((object) => object.address === address)?.spec;
const rules = (...names: string[]) =>
  `version: 1\nappSignInPolicies: [{ name: P, rules: [${names.map((name) => `{ name: ${name} }`).join(', ')}] }]\n`;
const order = (config: Config) =>
  config.declared
    .filter(({ kind }) => kind === 'appSignInPolicyRule')
    .map(({ spec }) => (spec as { name: string }).name);

describe('an overlay', () => {
  const APP = `version: 1
groups: [{ name: Staff }, { name: Testers }, { name: Admins }]
apps:
  - label: Portal
    type: web
    redirectUris: ["\${var:url}/cb"]
    assignedTo: [Staff]
`;

  it('changes fields of an entry by its name, and leaves the others', () => {
    const config = overlaid([APP, 'apps: [{ label: Portal, status: inactive }]\n'], { url: 'https://dev.example.com' });
    expect(specOf(config, 'app/Portal')).toEqual({
      label: 'Portal',
      type: 'web',
      redirectUris: ['https://dev.example.com/cb'],
      assignedTo: ['Staff'],
      status: 'inactive',
    });
    expect(config.locate('app/Portal', 'status')).toEqual({ file: join(folder, '1.yaml'), line: 1, column: 33 });
    expect(config.locate('app/Portal', 'type')).toEqual({ file: join(folder, '0.yaml'), line: 5, column: 11 });
  });

  it('replaces a list, or adds to it with { add: [...] }', () => {
    const assigned = (...lists: string[]) => {
      const overlays = lists.map((list) => `apps: [{ label: Portal, assignedTo: ${list} }]\n`);
      return (specOf(overlaid([APP, ...overlays], { url: 'https://x' }), 'app/Portal') as { assignedTo: unknown })
        .assignedTo;
    };
    expect(assigned('[Testers]')).toEqual(['Testers']);
    expect(assigned('{ add: [Testers, Staff] }')).toEqual(['Staff', 'Testers']);
    expect(assigned('{ add: [Testers] }', '{ add: [Admins] }')).toEqual(['Staff', 'Testers', 'Admins']);
    expect(assigned('[]', '[Admins]')).toEqual(['Admins']);
  });

  it('adds to what another one adds', () => {
    const server = (add: string) =>
      `version: 1\nauthorizationServers: [{ name: default, policies: [{ name: P, rules: [{ name: R, grantTypes: { add: [${add}] } }] }] }]\n`;
    const config = overlaid([server('interaction code'), server('implicit')]);
    expect(specOf(config, 'authorizationServerPolicyRule/default/P/R')).toEqual({
      name: 'R',
      grantTypes: { add: ['interaction code', 'implicit'] },
    });
  });

  it('puts a new rule before the next one that it names, else last', () => {
    expect(order(overlaid([rules('A', 'B', 'C'), rules('X', 'B')]))).toEqual(['A', 'X', 'B', 'C']);
    expect(order(overlaid([rules('A', 'B', 'C'), rules('X')]))).toEqual(['A', 'B', 'C', 'X']);
    expect(order(overlaid([rules('A', 'B', 'C'), rules('X', 'A', 'Y', 'C', 'Z')]))).toEqual([
      'X',
      'A',
      'B',
      'Y',
      'C',
      'Z',
    ]);
  });

  it('may change the order of those that it names', () => {
    expect(order(overlaid([rules('A', 'B', 'C', 'D'), rules('D', 'A')]))).toEqual(['D', 'B', 'C', 'A']);
  });

  it('does not hide a name that stands twice', () => {
    expect(() => overlaid([rules('A', 'A'), rules('A')])).toThrow('appSignInPolicyRule/P/A is declared twice');
    expect(() => overlaid([rules('A'), rules('A', 'A')])).toThrow('appSignInPolicyRule/P/A is declared twice');
  });

  it('may give what the base has no variable for', () => {
    const config = overlaid([APP, 'apps: [{ label: Portal, redirectUris: [http://localhost:8080/cb] }]\n']);
    expect(specOf(config, 'app/Portal')).toMatchObject({ redirectUris: ['http://localhost:8080/cb'] });
  });
});
