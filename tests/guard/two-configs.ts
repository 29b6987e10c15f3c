/** The guard on the way from one config to another, on an org with phones. */
import { beforeEach, expect } from 'vitest';
import { type TestOrg, testOrg } from '../support/emulator.ts';
import { provisioner, textConfig } from '../support/provision.ts';
import { phoneConfig } from './configs.ts';

/** An org as it is before each test, and the lockouts and notes of a second config once a first one was applied to it. */
export function twoConfigs() {
  const org: TestOrg = testOrg();
  beforeEach(async () => {
    await org.reset();
    await provisioner(org).apply(phoneConfig());
  });
  const planned = async (first: string, second: string) => {
    const { apply, guard } = provisioner(org);
    expect((await apply(textConfig(first))).errors).toEqual([]);
    return guard(textConfig(second));
  };
  return { org, planned };
}

/** The factors of those whom the phone config lets in, in the words of a finding. */
export const HAVING = 'who have Password and Email, or Password, Email and Phone';
