/** Asks once for each argument. */
export function remembering<Argument, Answer>(ask: (argument: Argument) => Answer): (argument: Argument) => Answer {
  const answers = new Map<Argument, Answer>();
  return (argument) => {
    const answer = answers.get(argument) ?? ask(argument);
    answers.set(argument, answer);
    return answer;
  };
}

/** Asks once for each object, as long as it lives; objects that are asked about are never changed. */
export function rememberingObjects<Argument extends object, Answer>(
  ask: (argument: Argument) => Answer,
): (argument: Argument) => Answer {
  const answers = new WeakMap<Argument, { answer: Answer }>();
  return (argument) => {
    const known = answers.get(argument) ?? { answer: ask(argument) };
    answers.set(argument, known);
    return known.answer;
  };
}

/** The JSON of an object that is never changed: worked out once, however often it is compared. */
const jsonOf = rememberingObjects((object: object) => JSON.stringify(object));

export function textOf(object: object | undefined): string {
  return object === undefined ? '' : jsonOf(object);
}
