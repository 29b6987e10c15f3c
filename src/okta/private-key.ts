/** Whether a text holds a private key that a service app can prove itself by; Okta's SDK says what is wrong in riddles. */
import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { OrgproofError } from '../shared/errors.ts';

/**
 * @param text a PEM, or a JSON Web Key
 * @throws OrgproofError `credentials-unusable`; the key is not repeated
 */
export function assertPrivateKey(text: string): void {
  const wrong = wrongWith(text.trim());
  if (wrong === undefined) return;
  throw new OrgproofError(`no request could be made: the private key ${wrong}`, {
    code: 'credentials-unusable',
    hint: 'check the private key (PEM or JWK), client id and scopes',
  });
}

function wrongWith(text: string): string | undefined {
  if (text.startsWith('{')) return wrongWithJwk(text);
  if (!text.startsWith('-----BEGIN'))
    return 'is neither a PEM nor a JSON Web Key: its content is meant, not a file name';
  if (text.includes(' PUBLIC KEY-----') || text.includes(' CERTIFICATE-----')) return 'is the public part';
  if (!/-----END [A-Z ]+-----$/.test(text)) return 'is cut off: a PEM ends with a line -----END …-----';
  return isPrivateKey(text) ? undefined : 'is a PEM that holds no readable key';
}

function wrongWithJwk(text: string): string | undefined {
  let jwk: JsonWebKey;
  try {
    jwk = JSON.parse(text);
  } catch {
    return 'begins like a JSON Web Key and is no JSON';
  }
  if (jwk.d === undefined) return 'is the public part: a private JSON Web Key has a member d';
  return isPrivateKey({ key: jwk, format: 'jwk' }) ? undefined : 'is a JSON Web Key that cannot be read';
}

function isPrivateKey(key: Parameters<typeof createPrivateKey>[0]): boolean {
  try {
    createPrivateKey(key);
    return true;
  } catch {
    return false;
  }
}
