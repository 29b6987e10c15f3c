/** The app that a command names by its label. */
import type { OktaApi } from '../okta/api.ts';
import { EXIT, OrgproofError, usageError } from '../shared/errors.ts';
import { didYouMean } from '../shared/nearest.ts';
import type { Application } from '../wire/application.ts';

/**
 * @throws OrgproofError `app-unknown` (exit 5) with the nearest label; `ambiguous-app` (exit 4): labels need not be unique in
 * Okta
 */
export async function findAppByLabel(api: OktaApi, label: string): Promise<Application> {
  const apps = await api.list<Application>('/api/v1/apps?limit=200');
  const named = apps.filter((app) => app.label === label);
  const [app] = named;
  if (app && named.length === 1) return app;
  if (app) {
    throw new OrgproofError(
      `the org has ${named.length} apps with the label "${label}": ${named.map(({ id }) => id).join(', ')}`,
      { code: 'ambiguous-app', hint: 'rename all but one of them in the Admin Console', exitCode: EXIT.refused },
    );
  }
  const labels = apps.map((one) => one.label);
  const hint = didYouMean(label, labels, 'name one by its label in the Admin Console');
  throw usageError(`the org has no app "${label}"`, hint, 'app-unknown');
}
