import { describe, expect, it } from 'vitest';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();

describe('GET /api/v1/logs', () => {
  it('refuses bad queries', async () => {
    expect(await org.refused('GET', '/api/v1/logs?since=yesterday')).toMatchObject({ status: 400, code: 'E0000001' });
    expect(await org.refused('GET', '/api/v1/logs?limit=1001')).toMatchObject({ status: 400, code: 'E0000001' });
    expect(await org.refused('GET', '/api/v1/logs?sortOrder=UP')).toMatchObject({ status: 400, code: 'E0000001' });
    expect(await org.refused('GET', '/api/v1/logs?filter=eventType')).toMatchObject({ status: 400, code: 'E0000031' });
    expect(await org.refused('GET', '/api/v1/logs?after=%C3%A4')).toMatchObject({ status: 400, code: 'E0000001' });
  });
});
