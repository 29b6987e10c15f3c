import { EXIT, OrgproofError } from '../shared/errors.ts';

/** The end of a wait that a person did not want to sit out. Nothing was sent. */
export function interrupted(): OrgproofError {
  return new OrgproofError('interrupted while waiting for the org', {
    code: 'interrupted',
    exitCode: EXIT.interrupted,
  });
}

export function isInterrupted(error: unknown): boolean {
  return error instanceof OrgproofError && error.code === 'interrupted';
}

/**
 * Waits.
 * @throws OrgproofError `interrupted` as soon as `signal` is aborted
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) throw interrupted();
  await new Promise<void>((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      reject(interrupted());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal?.addEventListener('abort', leave, { once: true });
  });
}
