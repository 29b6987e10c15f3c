import { describe, expect, it } from 'vitest';
import { Redactor } from '../../src/shared/redact.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwMHUxIn0xMjM.c2lnbmF0dXJl';

describe('Redactor', () => {
  it('masks what it was told, the longer secret first', () => {
    const redactor = new Redactor();
    redactor.tell('pass', 'password-1234', undefined, 'ab');
    expect(redactor.text('password-1234 pass ab')).toBe('[redacted] [redacted] ab');
  });

  it('masks what it was told as JSON, URLs and headers write it', () => {
    const redactor = new Redactor();
    redactor.tell('pa"ß word');
    expect(redactor.told('{"a":"pa\\"ß word"} ?p=pa%22%C3%9F%20word, cGEiw58gd29yZA==, pa"ß word')).toBe(
      '{"a":"[redacted]"} ?p=[redacted], [redacted]==, [redacted]',
    );
    expect(redactor.told('+14155550132')).toBe('+14155550132');
  });

  it('masks a code only where it stands alone', () => {
    const redactor = new Redactor();
    redactor.tell('123456');
    expect(redactor.text('code 123456, time 1795123456789')).toBe('code [redacted], time 1795123456789');
    expect(redactor.json({ sent: 123456, time: 1795123456 })).toEqual({ sent: '[redacted]', time: 1795123456 });
  });

  it('masks tokens, credentials and phone numbers without being told', () => {
    const redactor = new Redactor();
    expect(redactor.text(`token ${JWT}`)).toBe('token [token]');
    expect(redactor.text('Authorization: SSWS 00abcdefgh1234')).toBe('Authorization: SSWS [redacted]');
    expect(redactor.text('to +14155550132, or +44 7700 900123.')).toBe('to +1 XXX-XXX-0132, or +XXXXXX0123.');
  });

  it('leaves dates, ids and masked numbers as they are', () => {
    const text = '2026-11-24T02:09:00.000Z 00u1abcDEF2ghIJK345 +1 XXX-XXX-0132 127.0.0.1:8700';
    expect(new Redactor().text(text)).toBe(text);
  });

  it('masks members by name, in any spelling, at any depth, and keeps claims', () => {
    expect(
      new Redactor().json({
        credentials: { passcode: '1', password: { value: 'kept: it is told as a secret' } },
        client_secret: 'x',
        'access-token': 'y',
        list: [{ idToken: 'z', amr: ['pwd', 'sms'] }],
      }),
    ).toEqual({
      credentials: { passcode: '[redacted]', password: { value: 'kept: it is told as a secret' } },
      client_secret: '[redacted]',
      'access-token': '[redacted]',
      list: [{ idToken: '[redacted]', amr: ['pwd', 'sms'] }],
    });
  });
});
