/** The app that a command names by its label. */
import type { OktaApi } from '../okta/api.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import type { Application } from '../wire/application.ts';

/**
 * @throws OrgproofError (exit 5) `app-unknown` with the nearest label, `app-ambiguous`: labels need not be unique in Okta
 */
export async function findAppByLabel(api: OktaApi, label: string): Promise<Application> {
  const apps = await api.list<Application>('/api/v1/apps?limit=200');
  const named = apps.filter((app) => app.label === label);
  const [app] = named;
  if (app && named.length === 1) return app;
  if (app) {
    throw new OrgproofError(
      `the org has ${named.length} apps with the label "${label}": ${named.map(({ id }) => id).join(', ')}`,
      { code: 'app-ambiguous', hint: 'rename all but one of them in the Admin Console', exitCode: EXIT.usage },
    );
  }
  const near = nearest(
    label,
    apps.map((one) => one.label),
  );
  throw new OrgproofError(`the org has no app "${label}"`, {
    code: 'app-unknown',
    hint: near === undefined ? 'name one by its label in the Admin Console' : `did you mean "${near}"?`,
    exitCode: EXIT.usage,
  });
}
