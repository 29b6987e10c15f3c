import type { BrowserPool } from '../browser/launch.ts';
import type { AppSettings } from '../idx/client.ts';
import type { DriverName } from '../result.ts';
import type { SignIn } from '../screens.ts';

/** Opens a sign-in by the named driver; each driver is loaded when it is first used. */
export async function openSignIn(driver: DriverName, settings: AppSettings, pool: BrowserPool): Promise<SignIn> {
  switch (driver) {
    case 'sdk':
      return (await import('./sdk.ts')).sdkSignIn(settings);
    case 'guide':
      return (await import('./guide.ts')).guideSignIn(settings);
    case 'browser':
      return (await import('./browser.ts')).browserSignIn(settings, pool);
  }
}
