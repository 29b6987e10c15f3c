/** Which fields of a declared object a refusal is about. Pure. */
import type { PlannedChange } from '../engine/plan.ts';
import type { OrgContext } from '../kinds/index.ts';
import { ManagementApiError } from '../okta/api.ts';

/** One cause of a refusal, and the field of the config that it is about where that can be told. */
export interface Blame {
  text: string;
  field: string | undefined;
}

/**
 * Every cause that the org gave, in its order; one of them for a refusal without causes, none for other errors. The first
 * has the field that the request itself tells of when no cause names one.
 */
export function blameOf(change: PlannedChange<OrgContext>, error: unknown): Blame[] {
  if (!(error instanceof ManagementApiError)) return [];
  const subject = /^Api validation failed: ([\w.]+)$/.exec(error.errorSummary)?.[1];
  const causes = error.errorCauses.map(({ errorSummary, location }) => ({
    text: errorSummary,
    field: fieldOf(change, /^([\w.[\]]+): /.exec(errorSummary)?.[1] ?? location),
  }));
  const [first = { text: error.errorSummary, field: undefined }, ...others] = causes;
  const field = first.field ?? fieldOf(change, subject) ?? fieldByPath(change, error.path);
  return [{ text: first.text, field }, ...others];
}

/** `settings.oauthClient.redirect_uris[0]`: the last part that the kind or its spec knows. */
function fieldOf(
  { declared, implementation }: PlannedChange<OrgContext>,
  name: string | undefined,
): string | undefined {
  const parts = (name ?? '').replaceAll(/\[\d*\]/g, '').split('.');
  for (const part of parts.reverse()) {
    const field = wireName(implementation, part) ?? part;
    if (isField(declared, field)) return field;
  }
  return undefined;
}

/** What a request was for when its path says so, e.g. `/factors` for the phone of a user. */
function fieldByPath({ declared, implementation }: PlannedChange<OrgContext>, path: string): string | undefined {
  const known = Object.entries(implementation.wireNames ?? {}).find(
    ([part, field]) => part.startsWith('/') && path.includes(part) && isField(declared, field),
  );
  return known?.[1];
}

function wireName({ wireNames = {} }: PlannedChange<OrgContext>['implementation'], part: string): string | undefined {
  return Object.hasOwn(wireNames, part) ? wireNames[part] : undefined;
}

function isField({ spec }: PlannedChange<OrgContext>['declared'], path: string): boolean {
  return Object.hasOwn(spec, path.split('.')[0] ?? '');
}
