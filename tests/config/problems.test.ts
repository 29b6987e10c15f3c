import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';

const folder = mkdtempSync(join(tmpdir(), 'orgproof-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The problems of a config as `line:column message (hint)`. */
function problemsOf(yaml: string, env: Record<string, string> = {}): string[] {
  const file = join(folder, 'org.yaml');
  writeFileSync(file, yaml);
  try {
    loadConfig({ paths: [file], env });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.exitCode).toBe(5);
    return error.problems.map(
      ({ message, place, hint }) => `${place?.line}:${place?.column} ${message}${hint ? ` (${hint})` : ''}`,
    );
  }
}

describe('a config that is wrong is refused with the place, the value and what is allowed', () => {
  it('for a value that is not allowed', () => {
    expect(problemsOf('version: 1\nauthenticators:\n  phone: { status: activ }\n')).toEqual([
      '3:20 status: "activ" is not allowed (did you mean "active"? allowed: "active", "inactive")',
    ]);
  });

  it('for an unknown key, with the nearest known one', () => {
    expect(problemsOf('version: 1\nauthenticators:\n  emial: { status: active }\n')).toEqual([
      '3:3 unknown key "emial" (did you mean "email"? allowed here: password, email, phone, oktaVerify, securityQuestion, googleAuthenticator, webauthn)',
    ]);
  });

  it('for a key that is missing', () => {
    expect(problemsOf('version: 1\ngroups:\n  - { description: x }\n')).toEqual([
      '3:5 name is missing (it must be a text)',
    ]);
  });

  it('for a reference to nothing', () => {
    const yaml = 'version: 1\napps:\n  - { label: A, type: web, assignedTo: [Testers] }\ngroups: [{ name: Tester }]\n';
    expect(problemsOf(yaml)).toEqual([
      '3:41 there is no group "Testers" in the config (did you mean "Tester"? one that the org has already is declared by its name alone, and then adopted as it is)',
    ]);
  });

  it('for a flow that names what is not declared', () => {
    const yaml = `version: 1
flows:
  - { name: F, user: mary@example.com, app: A, steps: [password], expect: { signedIn: true } }
`;
    expect(problemsOf(yaml).map((line) => line.split(' (')[0])).toEqual([
      '3:45 there is no app "A" in the config',
      '3:22 there is no user "mary@example.com" in the config',
    ]);
  });

  it('for an undefined variable', () => {
    const yaml = 'version: 1\ngroups:\n  - name: ${env:TEAM}\n';
    expect(problemsOf(yaml)).toEqual([
      '3:11 the environment variable TEAM is not set (set it, or give a default: ${env:TEAM:-...})',
    ]);
    expect(problemsOf(yaml, { TEAM: 'x' })).toEqual([]);
  });

  it('without saying what a variable stands for: it may be a secret in the wrong place', () => {
    const secret = { MARY_PASSWORD: 'hunter2-hunter2' };
    const wrong = (line: string) => problemsOf(`version: 1\n${line}\n`, secret).map((told) => told.split(' (')[0]);
    expect(wrong('authenticators: { phone: { status: "${env:MARY_PASSWORD}" } }')).toEqual([
      '2:36 status: "${env:MARY_PASSWORD}" is not allowed',
    ]);
    expect(wrong('groups: [{ name: A, description: { x: "${env:MARY_PASSWORD}" } }]')).toEqual([
      '2:34 description must be a text, not a map',
    ]);
    expect(wrong('apps: [{ label: A, type: web, assignedTo: ["${env:MARY_PASSWORD}"] }]')).toEqual([
      '2:44 there is no group "${env:MARY_PASSWORD}" in the config',
    ]);
    expect(wrong('apps: [{ label: A, type: web, assignedTo: { add: ["${env:MARY_PASSWORD}"] } }]')).toEqual([
      '2:51 there is no group "${env:MARY_PASSWORD}" in the config',
    ]);
    const flow = (more: string) =>
      `flows: [{ name: F, app: A, ${more}, expect: { signedIn: true } }]\napps: [{ label: A, type: web }]`;
    expect(wrong(flow('user: "${env:MARY_PASSWORD}", steps: [password]'))).toEqual([
      '2:34 there is no user "${env:MARY_PASSWORD}" in the config',
    ]);
    expect(wrong(flow('user: { ephemeral: true }, steps: ["${env:MARY_PASSWORD}"]'))).toEqual([
      '2:63 steps: "${env:MARY_PASSWORD}" is not allowed',
    ]);
  });

  it('for YAML that is not well-formed', () => {
    expect(problemsOf('version: 1\ngroups: [\n')).toEqual([
      '3:1 Flow sequence in block collection must be sufficiently indented and end with a ]',
    ]);
  });

  it('for texts that must say something', () => {
    expect(problemsOf('version: 1\nauthorizationServers:\n  - { name: A, audience: "" }\n')).toEqual([
      '3:26 audience must not be empty',
    ]);
  });

  it('for a name declared twice', () => {
    expect(problemsOf('version: 1\ngroups:\n  - name: A\n  - name: A\n')).toEqual([
      expect.stringMatching(
        /^4:5 group\/A is declared twice \(the other one is at .*org\.yaml:3:5; names are unique within a kind\)$/,
      ),
    ]);
  });

  it('for what Okta refuses in any org', () => {
    expect(
      problemsOf(
        'version: 1\nenrollmentPolicies:\n  - { name: Default Policy, authenticators: { password: optional } }\n',
      ),
    ).toEqual(['3:57 Password must be required in the Default Policy (Okta refuses anything else)']);
  });

  it('for a policy that allows what the config switches off', () => {
    const yaml = `version: 1
authenticators:
  phone: { status: inactive }
enrollmentPolicies:
  - { name: Default Policy, authenticators: { phone: optional } }
`;
    const [problem] = problemsOf(yaml);
    expect(problem).toContain(
      '5:54 the policy "Default Policy" says phone: optional, but phone is inactive in this config',
    );
  });

  it.each([
    [
      'apps: [{ label: A, type: single-page, clientAuthentication: none, pkceRequired: false }]',
      'an app without a secret must use PKCE',
    ],
    ['apps: [{ label: A, type: service, signInPolicy: P }]', 'nobody signs in to a service app: it takes no policy'],
    ['apps: [{ label: A, type: web, grantTypes: [interaction code] }]', 'these grants need redirectUris'],
    [
      'appSignInPolicies: [{ name: P, rules: [{ name: R, userMustAuthenticateWith: password, possessionFactorMustBe: [device bound] }] }]',
      'userMustAuthenticateWith: password asks for no possession factor that could be constrained',
    ],
    [
      'appSignInPolicies: [{ name: P, rules: [{ name: Catch-all Rule, groups: [Everyone] }] }]',
      'the Catch-all Rule takes no groups',
    ],
    [
      'enrollmentPolicies: [{ name: P, groups: [Everyone], rules: [{ name: Default Rule }] }]',
      'only the Default Policy has a Default Rule; give this rule another name',
    ],
    ['groups: [{ name: Everyone }]', 'Okta manages this group itself; refer to it without declaring it'],
    ['users: [{ login: u@example.com, firstName: U, lastName: V, groups: [Everyone] }]', 'Okta manages the members'],
    ['users: [{ login: u@example.com, firstName: U, lastName: V, password: plain }]', 'password is a secret'],
    ['groups: &g [*g]', 'nested more than 100 deep: an alias to itself?'],
    ['groups: [{ name: "${env:UNCLOSED" }]', 'a ${ without its }'],
  ])('%s', (yaml, message) => {
    expect(problemsOf(`version: 1\n${yaml}\n`)).toEqual([expect.stringContaining(message)]);
  });

  it('for aliases that multiply', () => {
    const bomb = `version: 1
a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]
`;
    expect(problemsOf(bomb)[0]).toContain('more than 200000 values: aliases that multiply?');
  });
});

describe('a config that is right', () => {
  it('may use anchors, merge keys and several documents; later documents overlay earlier ones by name', () => {
    const file = join(folder, 'several.yaml');
    writeFileSync(
      file,
      `version: 1
groups:
  - &base { name: A, description: first }
  - { <<: *base, name: B }
---
groups:
  - { name: A, description: second }
`,
    );
    const config = loadConfig({ paths: [file], env: {} });
    expect(config.declared.map(({ address, spec }) => [address, spec])).toEqual([
      ['group/A', { name: 'A', description: 'second' }],
      ['group/B', { name: 'B', description: 'first' }],
    ]);
    expect(config.locate('group/A', 'description')).toEqual({ file, line: 7, column: 29 });
  });

  it('resolves files beside it, variables and defaults', () => {
    writeFileSync(join(folder, 'name.txt'), 'From a file\n');
    const file = join(folder, 'variables.yaml');
    writeFileSync(
      file,
      'version: 1\ngroups:\n  - name: ${file:name.txt}\n  - name: ${var:team}\n  - name: ${env:NONE:-Default}\n  - name: $${literal}\n',
    );
    const config = loadConfig({ paths: [file], env: {}, vars: { team: 'Given' } });
    expect(config.declared.map((object) => object.key)).toEqual(['From a file', 'Given', 'Default', '${literal}']);
  });
});
