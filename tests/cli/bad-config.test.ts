import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliResult, cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';
import { webApp } from '../support/web-app.ts';

const org = testOrg();
const target = () => ['--org-url', org.url, '--token', org.token];

/** What `validate` says of a file; nothing that could steer a terminal, whatever is in it. */
async function validate(content: string | Buffer, env: Record<string, string> = {}): Promise<CliResult> {
  const folder = workFolder();
  writeFileSync(join(folder, 'orgproof.yaml'), content);
  const result = await cli(folder, ['validate'], env);
  expect(result.stdout + result.stderr).not.toMatch(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/u);
  return result;
}

const refused = (stderr: string) => ({ exitCode: 5, stdout: '', stderr });
const valid = (objects: string) => ({
  exitCode: 0,
  stdout: `orgproof.yaml: valid; ${objects}, 0 flows\n`,
  stderr: '',
});

describe('names that Okta, or a reader, takes for the same', () => {
  const user = (login: string) => `  - { login: ${login}, firstName: A, lastName: B }\n`;

  it.each(['Isaac.Brock@Example.com', 'isáàc.bröck@example.com'])('isaac.brock@example.com and %s', async (login) => {
    const result = await validate(`version: 1\nusers:\n${user('isaac.brock@example.com')}${user(login)}`);
    expect(result).toEqual(
      refused(
        `orgproof.yaml:4:5: error: user/${login} is declared twice: user/isaac.brock@example.com is the same to Okta or to a reader\n  the other one is at orgproof.yaml:3:5; names are unique within a kind\n`,
      ),
    );
  });

  it('é as one character and as two', async () => {
    const result = await validate('version: 1\ngroups:\n  - name: "Caf\\u00e9"\n  - name: "Cafe\\u0301"\n');
    expect(result.stderr).toMatch(
      /^orgproof\.yaml:4:5: error: group\/Cafe\u0301 is declared twice: group\/Caf\u00e9 is the same to Okta or to a reader\n/,
    );
    expect(result.exitCode).toBe(5);
  });

  it('but not names of groups that differ in case', async () => {
    expect(await validate('version: 1\ngroups: [{ name: Staff }, { name: STAFF }]\n')).toEqual(valid('2 objects'));
  });
});

describe('two declared objects that could mean one live object', () => {
  it('a user whose login is written in another case than in the org is that user', async () => {
    await org.reset();
    await org.ok('POST', '/api/v1/users?activate=true', {
      profile: { login: 'Ann.Lee@example.com', email: 'ann.lee@example.com', firstName: 'Ann', lastName: 'Lee' },
      credentials: { password: { value: 'Correct-Horse-9' } },
    });
    const yaml = 'version: 1\nusers: [{ login: ann.lee@EXAMPLE.com, firstName: Anna, lastName: Lee }]\n';
    const { stdout, exitCode } = await cli(workFolder({ 'orgproof.yaml': yaml }), ['plan', ...target()]);
    expect(stdout).toContain('~ User "ann.lee@EXAMPLE.com"');
    expect(stdout).toContain('First name: Ann → Anna');
    expect(stdout).toContain('Plan: 0 to create, 1 to change, 0 to delete; 0 as they should be.');
    expect(exitCode).toBe(0);
  });

  it('the default policy under the name that the org gave it is refused', async () => {
    await org.reset();
    const policies = await org.ok<{ id: string; system: boolean }[]>('GET', '/api/v1/policies?type=PROFILE_ENROLLMENT');
    const system = policies.find((policy) => policy.system);
    await org.ok('PUT', `/api/v1/policies/${system?.id}`, { ...system, name: 'Who may register' });
    const yaml =
      'version: 1\nprofileEnrollmentPolicies: [{ name: Default Policy, unknownUser: deny }, { name: Who may register, unknownUser: deny }]\n';
    const { stderr, exitCode } = await cli(workFolder({ 'orgproof.yaml': yaml }), ['plan', ...target()]);
    expect(stderr).toContain(
      'error: the policy "Who may register" is the default policy of the org, under a name of its own\n  declare it as "Default Policy"\n',
    );
    expect(exitCode).toBe(4);
  });

  it('a label that two apps of the org have is refused', async () => {
    await org.reset();
    const twin = webApp('Twin');
    for (let count = 0; count < 2; count++) await org.ok('POST', '/api/v1/apps', twin);
    const yaml = 'version: 1\napps: [{ label: Twin, type: web }]\n';
    const { stderr, exitCode } = await cli(workFolder({ 'orgproof.yaml': yaml }), ['plan', ...target()]);
    expect(stderr).toMatch(
      /error: the org has 2 apps with the label "Twin": 0oa\w{17}, 0oa\w{17}\n {2}rename all but one of them in the Admin Console\n$/,
    );
    expect(exitCode).toBe(4);
  });
});

describe('names that are hard on a tool', () => {
  it('of 1,000 characters', async () => {
    const result = await validate(`version: 1\ngroups: [{ name: ${'x'.repeat(1000)} }]\n`);
    expect(result).toEqual(
      refused(`orgproof.yaml:2:18: error: name: "${'x'.repeat(77)}...": must have at most 255 characters\n`),
    );
  });

  it.each([
    ['NUL', '\\0'],
    ['the escape of terminals', '\\e[2J'],
    ['a line break', '\\n'],
    ['the escape of 8-bit terminals', '\\x9b2J'],
    ['a line separator', '\\u2028'],
  ])('with %s', async (_what, text) => {
    expect(await validate(`version: 1\ngroups: [{ name: "a${text}b" }]\n`)).toEqual(
      refused('orgproof.yaml:2:18: error: name must not hold control characters\n'),
    );
  });

  it('that turn the direction of the text are shown with the signs that do', async () => {
    const yaml = 'version: 1\ngroups: [{ name: "אבג" }, { name: "a\\u202eb", description: "\\e[31m\\u2066" }]\n';
    const { stdout } = await cli(workFolder({ 'orgproof.yaml': yaml }), ['plan', ...target()]);
    expect(stdout).toContain('+ Group "אבג"');
    expect(stdout).toContain('+ Group "a\\u202eb"');
    expect(stdout).toContain('Description: \\u001b[31m\\u2066\n');
    expect(stdout).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  });

  it('of the file itself', async () => {
    const folder = workFolder({ '\u001b[31mred.yaml': 'version: 2\n' });
    const { stderr } = await cli(folder, ['validate', '-f', '\u001b[31mred.yaml']);
    expect(stderr).toMatch(/^\\u001b\[31mred\.yaml:1:10: error: version/);
  });
});

describe('files that are hard on a tool', () => {
  const HUGE = 'version: 1\n# a comment\n'.padEnd(10_000_000, 'x');

  it.each([
    ['of 10 MB', HUGE, ':1:1: error: the file is larger than 5 MB'],
    ['of a million words', `version: 1\nx:\n${'- y\n'.repeat(300_000)}`, ':200000:3: error: more than 1000000 words'],
    ['of brackets', `x: ${'['.repeat(1_000_000)}`, ':1:104: error: nested more than 100 deep'],
    ['of nested list items', `version: 1\nx:\n  ${'- '.repeat(20_000)}\n`, 'nested too deeply'],
    ['of nested maps', Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''), 'nested'],
    ['of 100,000 keys', Array.from({ length: 100_000 }, (_, i) => `k${i}: 1\n`).join(''), 'error: unknown key "k0"'],
    [
      'of 40,000 anchors',
      `version: 1\nx:\n${Array.from({ length: 40_000 }, (_, i) => `  - &a${i} 1\n  - *a${i}\n`).join('')}`,
      ':2:1: error: unknown key "x"',
    ],
    ['of syntax errors', `version: 1\n${'@\n'.repeat(100_000)}`, ':2:1: error: '],
    [
      'that is not UTF-8',
      Buffer.from('version: 1\ngroups: [{ name: é }]\n', 'latin1'),
      ':2:18: error: this is not UTF-8 text',
    ],
    [
      'in UTF-16',
      Buffer.from('\ufeffversion: 1\n', 'utf16le'),
      ':1:1: error: this is not UTF-8 text\n  save the file as UTF-8',
    ],
    ['that is empty', '', ':1:1: error: version is missing\n  allowed: 1'],
    ['that holds comments only', '# later\n', ':1:1: error: version is missing'],
    ['that is a list', '- a\n', ':1:1: error: a config is a map of sections such as users: and apps:'],
  ])('%s', { timeout: 60_000 }, async (_what, content, message) => {
    const began = performance.now();
    const result = await validate(content);
    expect(result.stderr).toMatch(/^orgproof\.yaml:\d+:\d+: error: /);
    expect(result.stderr).toContain(message);
    expect(result.exitCode).toBe(5);
    // Without the limits it would be minutes.
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  it('with U+FFFD written out, or a byte order mark, are as good as any', async () => {
    expect(await validate('\ufeffversion: 1\r\ngroups: [{ name: "\ufffd" }]\r\n')).toEqual(valid('1 object'));
  });

  it('that cannot be read', async () => {
    const folder = workFolder({ 'orgproof.yaml': 'version: 1\n' });
    chmodSync(join(folder, 'orgproof.yaml'), 0);
    const { stderr, exitCode } = await cli(folder, ['validate']);
    // Root reads everything.
    if (process.getuid?.() === 0) expect(exitCode).toBe(0);
    else
      expect({ stderr, exitCode }).toEqual({
        exitCode: 5,
        stderr: 'error: the config orgproof.yaml cannot be read (EACCES)\n  name a file or folder with -f\n',
      });
  });

  it('that are devices without an end', async () => {
    const { stderr, exitCode } = await cli(workFolder(), ['validate', '-f', '/dev/zero']);
    expect(stderr).toMatch(/dev\/zero:1:1: error: the file is larger than 5 MB/);
    expect(exitCode).toBe(5);
    const named = await validate('version: 1\ngroups: [{ name: "${file:/dev/zero}" }]\n');
    expect(named).toEqual(
      refused(
        'orgproof.yaml:2:18: error: the file /dev/zero cannot be read (the file is larger than 5 MB)\n  paths are relative to the config file\n',
      ),
    );
  });
});

describe('a folder as -f', () => {
  it('is its YAML files in the order of their names, one over the other', async () => {
    const folder = workFolder();
    mkdirSync(join(folder, 'org'));
    writeFileSync(join(folder, 'org', '20.yaml'), 'groups: [{ name: A, description: second }, { name: B }]\n');
    writeFileSync(join(folder, 'org', '10.yml'), 'version: 1\ngroups: [{ name: A, description: first }]\n');
    writeFileSync(join(folder, 'org', 'notes.txt'), ': not a config');
    expect(await cli(folder, ['validate', '-f', 'org'])).toEqual({
      exitCode: 0,
      stdout: 'org/10.yml, org/20.yaml: valid; 2 objects, 0 flows\n',
      stderr: '',
    });
  });

  it('without any is refused', async () => {
    const folder = workFolder();
    mkdirSync(join(folder, 'org'));
    expect(await cli(folder, ['validate', '-f', 'org'])).toEqual(refused('error: org holds no .yaml file\n'));
  });
});

describe('anchors, aliases, merge keys and documents', () => {
  it('work where they are harmless', async () => {
    const yaml = `version: 1
groups:
  - &staff { name: Staff, description: Everybody in the house }
  - { <<: *staff, name: Guests }
  - { <<: [{ description: first }, { description: second }], name: Others }
---
groups: [{ name: Staff, description: second document }]
`;
    expect(await validate(yaml)).toEqual(valid('3 objects'));
  });

  it.each([
    ['a: &a [*a]', ':2:7: error: nested more than 100 deep: an alias to itself?'],
    ['a: &a { <<: *a }', 'nested more than 100 deep: an alias to itself?'],
    ['groups: [*nobody]', ':2:10: error: no anchor &nobody'],
    ['groups: []\ngroups: []', ':3:1: error: this key stands twice in its map'],
  ])('%s', async (yaml, message) => {
    const { stderr, exitCode } = await validate(`version: 1\n${yaml}\n`);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(5);
  });
});
