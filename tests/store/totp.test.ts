import { describe, expect, it } from 'vitest';
import { matchTotp, newTotpSecret, totpAt } from '../../src/emulator/store/totp.ts';

/** The SHA-1 secret of RFC 6238, appendix B, in base32. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('time-based codes', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('are those of RFC 6238 at second %i', (seconds, code) => {
    expect(totpAt(RFC_SECRET, seconds * 1000)).toBe(code);
  });

  it('count in their interval and its neighbours, once', () => {
    const now = 1_000_000_000_000;
    const secret = newTotpSecret();
    expect(secret).toMatch(/^[A-Z2-7]{16}$/);
    const interval = Math.floor(now / 30_000);
    expect(matchTotp(secret, totpAt(secret, now), now)).toBe(interval);
    expect(matchTotp(secret, totpAt(secret, now - 30_000), now)).toBe(interval - 1);
    expect(matchTotp(secret, totpAt(secret, now - 90_000), now)).toBeUndefined();
    expect(matchTotp(secret, totpAt(secret, now), now, interval)).toBeUndefined();
    expect(matchTotp(secret, '12345', now)).toBeUndefined();
  });
});
