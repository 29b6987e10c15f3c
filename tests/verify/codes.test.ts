import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmulatorCodeSource, isEmulator } from '../../src/verify/codes/emulator.ts';

interface Message {
  channel: string;
  to: string;
  code: string;
  userId: string;
  at: string;
}

const AT = '2026-11-24T04:00:00.000Z';
const MARY = { login: 'mary@example.com', userId: '00u1', phone: '+14155550132', channel: 'sms' } as const;
const message = (code: string, change: Partial<Message> = {}): Message => ({
  channel: 'sms',
  to: MARY.phone,
  code,
  userId: MARY.userId,
  at: AT,
  ...change,
});

let server: Server;
let url: string;
let messages: Message[];

beforeEach(async () => {
  messages = [];
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/_emulator/health') return response.end('{}');
    const to = searchParams.get('to');
    const found = messages.filter(
      (each) => each.channel === searchParams.get('channel') && (to === null || each.to === to),
    );
    return response.end(JSON.stringify({ messages: found }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

describe('codes from the emulator', () => {
  it('come from the first message after the ticket was drawn, for this number, channel and user', async () => {
    messages.push(message('111111'));
    const ticket = await new EmulatorCodeSource(url).arm(MARY);
    messages.push(
      message('222222', { channel: 'voice' }),
      message('333333', { to: '+14155550199' }),
      message('444444', { userId: '00u2' }),
      message('555555'),
      message('666666'),
    );
    expect(await ticket.wait({ timeoutMs: 1_000 })).toEqual({ code: '555555' });
  });

  it('are found by user alone when the number is not known', async () => {
    const ticket = await new EmulatorCodeSource(url).arm({ ...MARY, phone: undefined });
    messages.push(message('777777', { to: '+14155550111' }));
    expect(await ticket.wait({ timeoutMs: 1_000 })).toEqual({ code: '777777' });
  });

  it('are waited for, and missed at the deadline', async () => {
    const ticket = await new EmulatorCodeSource(url).arm(MARY);
    setTimeout(() => messages.push(message('888888')), 100);
    expect(await ticket.wait({ timeoutMs: 2_000 })).toEqual({ code: '888888' });
    const second = await new EmulatorCodeSource(url).arm(MARY);
    await expect(second.wait({ timeoutMs: 60 })).rejects.toThrow(
      'no code by sms from the code source "emulator" within 0.06 s',
    );
  });

  it('knows an emulator from another server', async () => {
    expect(await isEmulator(url)).toBe(true);
    expect(await isEmulator('http://127.0.0.1:9')).toBe(false);
    await expect(new EmulatorCodeSource('http://127.0.0.1:9').preflight()).rejects.toThrow('no emulator answers');
  });
});
