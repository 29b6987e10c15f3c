/** Where a service app gets its access token (org authorization server). */
export const TOKEN_PATH = '/oauth2/v1/token';

/**
 * The URL that a proof of possession (DPoP) must name for a request to `url`. Okta compares with the path as it reads once
 * decoded, but for four characters (as its Java SDK proves; its Node SDK proves the path as it is sent, and fails).
 */
export function provenUrl(url: string): string {
  const [sent = url] = url.split('?');
  try {
    return sent.replace(/(%[0-9A-F]{2})+/gi, (octets) => decodeURIComponent(octets).replace(/[% "#?]/g, escaped));
  } catch {
    return sent;
  }
}

/** `?` too: the SDK takes what follows it for the query. */
const escaped = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
