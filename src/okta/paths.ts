/**
 * A name as one segment of a path. An `@` stays as it is, which a path may hold: Okta decodes the path before it compares it
 * with what a proof of possession (DPoP) names, and the SDK proves the path as it is sent (reported against Okta's SDKs).
 */
export function pathSegment(name: string): string {
  return encodeURIComponent(name).replaceAll('%40', '@');
}
