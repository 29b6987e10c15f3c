import type { Links, Status } from './common.ts';

/** `/api/v1/zones` (OpenAPI 2026.06.3): a named set of client addresses or places. */
export interface NetworkZone {
  id: string;
  name: string;
  type: 'IP' | 'DYNAMIC' | 'DYNAMIC_V2';
  status: Status;
  usage: 'POLICY' | 'BLOCKLIST';
  system: boolean;
  created: string;
  lastUpdated: string;
  /** Of an IP zone: the addresses of clients. */
  gateways?: NetworkZoneAddress[] | null;
  /** Of an IP zone: the addresses whose `X-Forwarded-For` is believed. */
  proxies?: NetworkZoneAddress[] | null;
  /** Of a dynamic zone; an enhanced one has a list of what is included and one of what is excluded. */
  locations?: NetworkZoneLocation[] | { include?: NetworkZoneLocation[]; exclude?: NetworkZoneLocation[] } | null;
  asns?: string[] | { include?: string[]; exclude?: string[] } | null;
  proxyType?: string | null;
  /** Of an enhanced dynamic zone. */
  ipServiceCategories?: { include?: string[]; exclude?: string[] };
  _links?: Links;
}

/** ISO 3166: `DE`, and `DE-BE` or null for the whole country. */
export interface NetworkZoneLocation {
  country?: string;
  region?: string | null;
}

/** `CIDR`: `203.0.113.0/24`; `RANGE`: `203.0.113.1-203.0.113.9`. */
export interface NetworkZoneAddress {
  type: 'CIDR' | 'RANGE';
  value: string;
}
