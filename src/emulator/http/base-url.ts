import type { Org } from '../org.ts';

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** Whether a Host header names this machine's loopback, port aside. */
export function isLoopbackHost(host: string | undefined): host is string {
  return host !== undefined && LOOPBACK_HOST.test(host);
}

/**
 * The org's URL as the client spells it, so that issuers and links match what it was configured with. Only loopback
 * names are echoed; any other Host header gets the configured URL, so that nobody can have links made to a foreign host.
 */
export function baseUrlOf(org: Org, host: string | undefined): string {
  if (!isLoopbackHost(host)) return org.url;
  return `${new URL(org.url).protocol}//${host.toLowerCase()}`;
}
