export type Channel = 'sms' | 'voice' | 'email';

/** A one-time code that was sent and not used yet. One per purpose: sending again replaces it. */
export interface OneTimeCode {
  /** What it is for: `signin/<interaction handle>` or `factor/<factor id>`. */
  id: string;
  userId: string;
  channel: Channel;
  to: string;
  code: string;
  /** Milliseconds since the epoch. */
  sentAt: number;
  expiresAt: number;
  /** Of the link that went out with it. */
  linkToken?: string;
}

/** Wrong codes in a row for one authenticator of one user. */
export interface Attempts {
  /** `${userId}/${authenticatorKey}` */
  id: string;
  wrong: number;
  /** Milliseconds since the epoch; set once the limit is reached. */
  lockedUntil?: number;
}

/** When a number last got a message, for the spacing of codes. */
export interface LastSend {
  /** `${channel}/${number}` */
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
}
