import { expect } from 'vitest';
import { load } from '../laws/text.ts';
import { cli, workFolder } from './cli.ts';
import { provisioner } from './provision.ts';

interface Target {
  url: string;
  token: string;
}

/** Flags that name an org. */
export const on = (target: Target) => ['--org-url', target.url, '--token', target.token];

/** `orgproof export` of an org, from the command line. */
export function exporter(org: Target) {
  const exported = (folder: string, ...args: string[]) => cli(folder, ['export', ...args, ...on(org)]);
  return {
    exported,
    /** Exports, and expects that a plan of it finds nothing to do. */
    exportThatPlansEmpty: async (...args: string[]): Promise<string> => {
      const { exitCode, stderr, stdout } = await exported(workFolder(), ...args);
      expect(`${exitCode} ${stderr}`).toMatch(/^0 Exported/);
      expect((await provisioner(org).plan(load(stdout))).changes).toEqual([]);
      return stdout;
    },
  };
}

/** A rule of an app sign-in policy as an admin posts it. */
export const signInRule = (name: string, more: object, constraints: object[] = []) => ({
  type: 'ACCESS_POLICY',
  name,
  actions: {
    appSignOn: {
      access: 'ALLOW',
      verificationMethod: { type: 'ASSURANCE', factorMode: '1FA', reauthenticateIn: 'PT2H', constraints },
    },
  },
  ...more,
});
