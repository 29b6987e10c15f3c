/** What the lockout guard says of a plan, as text. */
import type { Guarded } from '../../provision/guard.ts';
import { formatPlace } from '../../shared/errors.ts';
import { oneLine } from '../../shared/one-line.ts';
import type { Io } from '../io.ts';

/** Every lockout with its place, those accepted marked; then what is lost for a moment, and what could not be looked at. */
export function guardLines(guarded: Guarded, io: Io): string[] {
  const { lockouts } = guarded;
  const lines = lockouts.map(({ address, reason, accepted, place }) => {
    const at = place ? `${formatPlace(place)}: ` : '';
    const word = accepted ? io.paint('yellow', 'lockout (accepted)') : io.paint('red', 'lockout');
    return `${at}${word}: ${oneLine(reason)}\n  ${io.paint('dim', oneLine(address))}`;
  });
  const refused = new Set(lockouts.filter(({ accepted }) => !accepted).map(({ address }) => address));
  const flags = [...refused].map((address) => `--accept-lockout "${oneLine(address)}"`).join(' ');
  return [
    ...lines,
    ...(refused.size > 0 ? [`Apply refuses this. To do it all the same: ${flags}`] : []),
    ...momentLines(guarded, io),
    ...noteLines(guarded, io),
  ];
}

/** What a person should see before saying yes: all but the lockouts that are refused anyway. */
export function guardNotes(guarded: Guarded, io: Io): string[] {
  const accepted = guarded.lockouts.filter((lockout) => lockout.accepted);
  return guardLines({ ...guarded, lockouts: accepted }, io);
}

function momentLines({ moments }: Guarded, io: Io): string[] {
  const word = io.paint('yellow', 'while it is under way');
  return moments.map(({ address, until, reason }) =>
    [
      `${word}: ${oneLine(reason)}`,
      io.paint('dim', `from ${oneLine(address)} until ${oneLine(until)}; for good if it stops in between`),
    ].join('\n  '),
  );
}

function noteLines({ notes }: Guarded, io: Io): string[] {
  return notes.map((note) => io.paint('cyan', `note: ${oneLine(note)}`));
}
