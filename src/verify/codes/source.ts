/** Where one-time codes come from. A source is armed before the code is triggered and never takes "the latest" one. */
import type { CodeChannel } from '../screens.ts';

export interface CodeRecipient {
  login: string;
  /** Okta's id of the user, when known. */
  userId: string | undefined;
  /** E.164; undefined when only Okta knows the number (or when the channel is email). */
  phone: string | undefined;
  channel: CodeChannel;
}

export interface ReceivedCode {
  code: string;
}

/** A claim on the next code of one recipient. */
export interface CodeTicket {
  /** The first code sent after the ticket was drawn; rejects with a {@link CodeNotReceivedError} at the deadline. */
  wait(options: { timeoutMs: number }): Promise<ReceivedCode>;
  dispose(): Promise<void>;
}

export interface CodeSource {
  readonly name: string;
  readonly channels: readonly CodeChannel[];
  /** Proves that codes will arrive, as far as that can be known without sending one. */
  preflight(): Promise<void>;
  arm(recipient: CodeRecipient): Promise<CodeTicket>;
}

/** The source in use cannot receive codes by this channel. */
export class CodeChannelError extends Error {
  constructor(source: string, channel: CodeChannel) {
    super(`the code source "${source}" receives no codes by ${channel}`);
    this.name = 'CodeChannelError';
  }
}

export class CodeNotReceivedError extends Error {
  readonly channel: CodeChannel;
  readonly timeoutMs: number;

  constructor(source: string, channel: CodeChannel, timeoutMs: number) {
    super(`no code by ${channel} from the code source "${source}" within ${timeoutMs / 1000} s`);
    this.name = 'CodeNotReceivedError';
    this.channel = channel;
    this.timeoutMs = timeoutMs;
  }
}
