/** A login as Okta tells them apart: not by case, nor by diacritical marks (OpenAPI 2026.06.3, `UserProfile.login`). */
export function foldedLogin(login: string): string {
  return login.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
