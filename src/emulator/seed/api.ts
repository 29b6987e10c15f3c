/** The Management API of the org that is being sown, and how a seed is refused. */
import type { Hono } from 'hono';
import { EXIT, OrgproofError } from '../../shared/errors.ts';
import type { OktaErrorBody } from '../../wire/common.ts';
import type { AppEnv } from '../http/context.ts';
import type { Org } from '../org.ts';

export type Json = Record<string, unknown>;

/** Calls as an admin; `place` is what a refusal names, e.g. `users[0]`. */
export class SeedApi {
  readonly #org: Org;
  readonly #app: Hono<AppEnv>;

  constructor(org: Org, app: Hono<AppEnv>) {
    this.#org = org;
    this.#app = app;
  }

  get<Answer>(path: string, place: string): Promise<Answer> {
    return this.call('GET', path, undefined, place) as Promise<Answer>;
  }

  /** @throws OrgproofError (exit 5) that says at which place of the seed the org refuses, and why. */
  async call(method: string, path: string, body: Json | undefined, place: string): Promise<Json> {
    const response = await this.#app.request(path, {
      method,
      headers: { Authorization: `SSWS ${this.#org.adminToken}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Json;
    if (response.ok) return answer;
    const { errorSummary, errorCauses } = answer as unknown as OktaErrorBody;
    throw refused(`${place}: ${[errorSummary, ...errorCauses.map((cause) => cause.errorSummary)].join('; ')}`);
  }
}

export function refused(message: string): OrgproofError {
  return new OrgproofError(message, { code: 'emulator-seed', exitCode: EXIT.usage });
}
