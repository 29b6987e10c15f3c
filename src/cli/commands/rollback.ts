import { EXIT, type ExitCode } from '../../shared/errors.ts';
import { type CarryOut, carryOut } from '../carry-out.ts';
import type { Command } from '../command.ts';
import { interruptible } from '../interrupt.ts';
import type { Io } from '../io.ts';
import {
  CONFIRM_OPTIONS,
  type ConfirmArgs,
  GUARD_OPTIONS,
  type GuardArgs,
  TARGET_OPTIONS,
  type TargetArgs,
  withOptions,
} from '../options.ts';
import { counted } from '../render/counted.ts';
import { type Connection, withOrg } from '../target.ts';

interface Own {
  apply?: string;
  list: boolean;
}

export const rollbackCommand: Command<TargetArgs & GuardArgs & ConfirmArgs & Own> = {
  usage: 'rollback',
  summary: 'Put back what the last apply changed',
  options: (yargs) =>
    withOptions(yargs, { 'Org:': TARGET_OPTIONS, 'Rollback:': { ...GUARD_OPTIONS, ...CONFIRM_OPTIONS } }).options({
      apply: { type: 'string', describe: 'This apply, and all that came after it', requiresArg: true },
      list: { type: 'boolean', default: false, describe: 'List the applies that are recorded, and do nothing' },
    }),
  run: async (args, io) => {
    if (args.list) return withOrg(args, io, (connection) => list(connection, args.json, io));
    const work = async (connection: Connection): Promise<ExitCode> => {
      const [{ planRollback }, { memoisingReader }] = await Promise.all([
        import('../../provision/rollback.ts'),
        import('../../okta/reader.ts'),
      ]);
      const reader = memoisingReader(connection.api);
      const planned = await planRollback({ ...connection, reader, applyId: args.apply });
      if (args.apply === undefined && connection.records.list().at(-1)?.does === 'rollback')
        io.warn('The last thing done here was a rollback: this one goes a step further back.');
      if (!args.json) io.out(`Rolling back ${planned.undoes.join(', ')}`);
      return undo(planned, { does: 'rollback', connection, reader, args, io });
    };
    return withOrg(args, io, work, { use: 'write' });
  },
};

type Undo = import('../../provision/rollback.ts').Undo;

interface UndoWork extends Pick<CarryOut, 'does' | 'connection' | 'io'> {
  args: CarryOut['args'] & GuardArgs;
  /** What the undo was planned from. */
  reader: import('../../okta/reader.ts').IndexedReader;
}

/** Judges and carries out an undo and notes that it was done; one that is cut short leaves the rest to be undone. */
export async function undo(planned: Undo, work: UndoWork): Promise<ExitCode> {
  const { plan, undoes, addresses } = planned;
  const { records } = work.connection;
  for (const file of records.unreadable()) {
    work.io.warn(`${file} is the beginning of a record, and says of no write: passed over`);
  }
  const guarded = await judged(planned, work);
  const { exitCode, result } = await carryOut({ ...work, plan, guarded, locate: () => undefined });
  if (!result) return exitCode;
  if (exitCode !== EXIT.done) {
    const untouched = result.changes.every((entry) => entry.outcome === 'unapplied');
    return exitCode === EXIT.interrupted || untouched ? exitCode : EXIT.rollbackIncomplete;
  }
  const rest = planned.composed ? await putBackTheRest(planned, work) : EXIT.done;
  if (rest === EXIT.done) records.undone(undoes, addresses, result.recordId);
  return rest;
}

async function judged(planned: Undo, { connection, reader, args }: Pick<UndoWork, 'connection' | 'reader' | 'args'>) {
  const { guardUndo } = await import('../../provision/guard.ts');
  return guardUndo(planned, { ...connection, reader, accept: args['accept-lockout'] });
}

/** What came back is as it was when it was deleted; what had been changed before that is put back, too. */
async function putBackTheRest(planned: Undo, { does, connection, args, io }: UndoWork): Promise<ExitCode> {
  const [{ applyOrg }, { assertNoLockout }, { memoisingReader }, { reportFailures }] = await Promise.all([
    import('../../provision/index.ts'),
    import('../../provision/guard.ts'),
    import('../../okta/reader.ts'),
    import('../render/failures.ts'),
  ]);
  const reader = memoisingReader(connection.api);
  const rest = await planned.again(reader);
  assertNoLockout(await judged(rest, { connection, reader, args }));
  const result = await interruptible(io, (signal) => applyOrg(rest.plan, { ...connection, does, signal }));
  reportFailures(rest.plan.org, result, { locate: () => undefined }, io);
  return result.exitCode === EXIT.failed ? EXIT.rollbackIncomplete : (result.exitCode as ExitCode);
}

async function list({ api, records }: Connection, json: boolean, io: Io): Promise<ExitCode> {
  const { changedImages } = await import('../../provision/records.ts');
  const all = records.list();
  const applies = all.map((record) => ({
    id: record.id,
    does: record.does,
    changes: record.images.length,
    // A rollback is no apply: it is not itself rolled back.
    toPutBack: record.does === 'rollback' ? 0 : changedImages(record, all).length,
  }));
  if (json) io.document({ formatVersion: 1, org: api.orgUrl, applies });
  else if (applies.length === 0) io.out(`No apply to ${api.orgUrl} is recorded here.`);
  for (const { id, does, changes, toPutBack } of json ? [] : applies) {
    io.out(`${id}  ${does}, ${counted(changes, 'change')}, ${toPutBack} of them could be put back`);
  }
  return EXIT.done;
}
