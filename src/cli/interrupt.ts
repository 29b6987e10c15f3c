import { EXIT } from '../shared/errors.ts';
import type { Io } from './io.ts';

/** Runs work that stops between steps: the first Ctrl-C asks it to, what is in flight is finished. */
export async function interruptible<Result>(io: Io, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) {
      io.warn('\nInterrupted again: gone at once. What was in flight may or may not be done.');
      process.exit(EXIT.interrupted);
    }
    io.warn('\nInterrupted: finishing what is in flight, beginning nothing new. Once more ends at once.');
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
