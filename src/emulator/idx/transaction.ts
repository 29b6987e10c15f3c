/** One sign-in in progress, from `/interact` to its interaction code. */
export interface SignInTransaction {
  /** The interaction handle: the row's own id. */
  id: string;
  stateHandle: string;
}
