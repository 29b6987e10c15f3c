/**
 * Shapes that every Okta Management API object shares. Facts: OpenAPI 2026.06.3 and recorded answers of real orgs.
 * Types here describe JSON on the wire and nothing else: no defaults, no behaviour.
 */

export type Status = 'ACTIVE' | 'INACTIVE';

/** A hypermedia link; `hints.allow` lists the HTTP verbs that the link takes. */
export interface Link {
  href: string;
  name?: string;
  title?: string;
  type?: string;
  hints?: { allow: string[] };
}

export type Links = Record<string, Link | Link[]>;

/** The error body of the Management API; v2 policy validation adds members to its causes. */
export interface OktaErrorBody {
  errorCode: string;
  errorSummary: string;
  errorLink: string;
  errorId: string;
  errorCauses: OktaErrorCause[];
}

export interface OktaErrorCause {
  errorSummary: string;
  reason?: string;
  location?: string;
  locationType?: string;
  domain?: string;
}

/** `include` and `exclude` lists of ids, as policy conditions use them. */
export interface IncludeExclude {
  include?: string[];
  exclude?: string[];
}
