import type { Route } from '../http/unknown-route.ts';

/** Routes that Okta has on paths the emulator knows, with a method it lacks: they answer 501, not 405. */
export const MISSING_ROUTES: readonly Route[] = [];
