/** What the System Log says of a user agent: operating system, browser and kind of device, in the words it uses. */

export interface AgentFacts {
  os: string;
  browser: string;
  device: string;
}

/** The first pattern that matches counts: an Android browser names Linux too, an iPhone's Mac OS X. */
const SYSTEMS: readonly (readonly [pattern: RegExp, os: string, device: string])[] = [
  [/iPad/, 'iOS (iPad)', 'Tablet'],
  [/iPhone/, 'iOS (iPhone)', 'Mobile'],
  [/Android.*Mobile/, 'Android', 'Mobile'],
  [/Android/, 'Android', 'Tablet'],
  [/Windows NT 10/, 'Windows 10', 'Computer'],
  [/Windows/, 'Windows', 'Computer'],
  [/Mac OS X|Macintosh/, 'Mac OS X', 'Computer'],
  [/CrOS/, 'ChromeOS', 'Computer'],
  [/Linux/, 'Linux', 'Computer'],
];

/** Chromium-based browsers name Chrome and Safari as well, so they come first. */
const BROWSERS: readonly (readonly [pattern: RegExp, browser: string])[] = [
  [/Edg(e|A|iOS)?\//, 'EDGE'],
  [/OPR\//, 'OPERA'],
  [/Firefox\/|FxiOS\//, 'FIREFOX'],
  [/Chrome\/|CriOS\/|HeadlessChrome\//, 'CHROME'],
  [/Safari\//, 'SAFARI'],
];

export function readUserAgent(userAgent: string): AgentFacts {
  const [, os, device] = SYSTEMS.find(([pattern]) => pattern.test(userAgent)) ?? [undefined, 'Unknown', 'Unknown'];
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'UNKNOWN';
  return { os, browser, device };
}
