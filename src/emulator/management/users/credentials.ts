/** `/api/v1/users/{id}/credentials/*` and what else changes how a user proves who he is. */
import { Hono } from 'hono';
import type { User } from '../../../wire/directory.ts';
import { type AppEnv, readJson } from '../../http/context.ts';
import { invalid, OktaError } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import { issueAccountToken } from '../../store/account-tokens.ts';
import type { UserEntity } from '../../store/entities.ts';
import { verifyAnswer } from '../../store/security-questions.ts';
import { isPasswordOf } from '../../telephony/password-import.ts';
import { type Json, record, requiredText, text } from '../input.ts';
import { endSessions, expirePassword, wrongStatus } from './lifecycle.ts';
import { renderUser } from './render.ts';
import { updateUser, userOf } from './users.ts';

export function credentialRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const credentials = '/api/v1/users/:userId/credentials';
  const lifecycle = '/api/v1/users/:userId/lifecycle';

  app.post(`${credentials}/change_password`, async (c) => {
    const row = userOf(org, c);
    assertStatus(row, ['STAGED', 'ACTIVE', 'PASSWORD_EXPIRED', 'RECOVERY']);
    const body = await readJson(c);
    await assertPassword(org, row, text(record(body.oldPassword)?.value), 'Old Password is not correct');
    const changed = await setPassword(org, row, record(body.newPassword)?.value);
    if (body.revokeSessions === true) endSessions(org, row.id, false);
    return c.json(credentialsOf(changed, c.get('baseUrl')));
  });
  app.post(`${credentials}/change_recovery_question`, async (c) => {
    const row = userOf(org, c);
    assertStatus(row, ['STAGED', 'ACTIVE', 'RECOVERY']);
    const body = await readJson(c);
    await assertPassword(org, row, text(record(body.password)?.value), 'Password is not correct');
    const question = record(body.recovery_question) ?? {};
    requiredText('recovery_question.question', question.question);
    requiredText('recovery_question.answer', question.answer);
    const changed = await updateUser(org, row, { credentials: { recovery_question: question } }, 'merge');
    return c.json(credentialsOf(changed, c.get('baseUrl')));
  });
  app.post(`${credentials}/forgot_password`, (c) => {
    const row = userOf(org, c);
    assertMayReset(row);
    return c.json(c.req.query('sendEmail') === 'false' ? resetLink(org, userOf(org, c), c.get('baseUrl')) : {});
  });
  app.post(`${credentials}/forgot_password_recovery_question`, async (c) => {
    const row = userOf(org, c);
    assertMayReset(row);
    const body = await readJson(c);
    const answer = text(record(body.recovery_question)?.answer) ?? '';
    if (row.recoveryAnswerHash === undefined || !(await verifyAnswer(answer, row.recoveryAnswerHash))) {
      throw new OktaError(403, 'E0000087', 'The recovery question answer did not match our records.');
    }
    return c.json(credentialsOf(await setPassword(org, row, record(body.password)?.value), c.get('baseUrl')));
  });
  app.post(`${lifecycle}/reset_password`, (c) => {
    const row = userOf(org, c);
    assertStatus(row, ['ACTIVE', 'PROVISIONED', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT']);
    if (c.req.query('revokeSessions') === 'true') endSessions(org, row.id, true);
    const now = orgNow(org);
    // A user who never had a password stays PROVISIONED: there is nothing to recover.
    const status = row.status === 'PROVISIONED' ? row.status : 'RECOVERY';
    org.store.users.patch(row.id, { status, statusChanged: now, lastUpdated: now });
    return c.json(c.req.query('sendEmail') === 'false' ? resetLink(org, userOf(org, c), c.get('baseUrl')) : {});
  });
  app.post(`${lifecycle}/expire_password_with_temp_password`, async (c) => {
    const row = userOf(org, c);
    if (c.req.query('revokeSessions') === 'true') endSessions(org, row.id, true);
    return c.json({ tempPassword: await expireWithTemporary(org, row) });
  });
  return app;
}

/** What may be done in which status is documented with each call (OpenAPI 2026.06.3). */
function assertStatus(row: UserEntity, allowed: readonly UserEntity['status'][]): void {
  if (!allowed.includes(row.status)) throw wrongStatus();
}

/** Okta's own words for a user who may not reset his password by himself (error catalogue). */
function assertMayReset(row: UserEntity): void {
  if (row.status === 'ACTIVE' || row.status === 'PASSWORD_EXPIRED' || row.status === 'RECOVERY') return;
  throw new OktaError(403, 'E0000034', 'Forgot password not allowed on specified user.');
}

async function assertPassword(org: Org, row: UserEntity, given: string | undefined, cause: string): Promise<void> {
  if (given !== undefined && (await isPasswordOf(org, row, given))) return;
  throw new OktaError(403, 'E0000014', 'Update of credentials failed', [cause]);
}

async function setPassword(org: Org, row: UserEntity, value: unknown): Promise<UserEntity> {
  const password = text(value);
  if (!password) throw invalid('newPassword', 'newPassword: The field cannot be left blank');
  return updateUser(org, row, { credentials: { password: { value: password } } }, 'merge');
}

function credentialsOf(row: UserEntity, baseUrl: string): User['credentials'] {
  return renderUser(row, baseUrl, 'one').credentials;
}

/**
 * Where the user sets a new password. The page behind it is not a part of the emulator; apps take the token out of it and
 * pass it to `/interact` as `recovery_token`.
 */
function resetLink(org: Org, row: UserEntity, baseUrl: string): Json {
  return { resetPasswordUrl: `${baseUrl}/reset_password/${issueAccountToken(org, row, 'recovery')}` };
}

/** Sets a password that nobody chose, good for one sign-in. */
export async function expireWithTemporary(org: Org, row: UserEntity): Promise<string> {
  const tempPassword = `${org.ids.opaque(8)}aA1`.replaceAll(/[-_]/g, 'x');
  expirePassword(org, row);
  await updateUser(org, row, { credentials: { password: { value: tempPassword } } }, 'merge');
  org.store.users.patch(row.id, { status: 'PASSWORD_EXPIRED' });
  return tempPassword;
}
