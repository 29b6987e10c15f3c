import type { Change } from '../../engine/plan.ts';
import type { ApplyOptions } from '../../provision/index.ts';
import type { Io } from '../io.ts';
import { title } from './words.ts';

const DONE: Record<Change['action'], string> = {
  create: 'created',
  update: 'changed',
  replace: 'replaced',
  delete: 'deleted',
};

/** A line per change as it is done, with the total; in a log, where nobody waits, what comes of it all is enough. */
export function progressPrinter(io: Io): NonNullable<ApplyOptions['onProgress']> {
  return ({ change, state, done, total }) => {
    if (state === 'started' || !io.live) return;
    const name = title(change.kind, change.declared.key);
    const count = `[${String(done).padStart(String(total).length)}/${total}]`;
    if (state === 'applied') io.info(`  ${io.paint('dim', count)} ${io.paint('green', DONE[change.action])} ${name}`);
    else
      io.info(
        `  ${io.paint('dim', count)} ${io.paint('red', state === 'inDoubt' ? 'in doubt' : 'not applied')} ${name}`,
      );
  };
}
