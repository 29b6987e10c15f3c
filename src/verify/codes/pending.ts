/** The one code that a sign-in is waiting for: armed before it is sent, kept so that it can be typed wrong first. */
import type { CodeChannel } from '../screens.ts';
import { CodeChannelError, type CodeRecipient, type CodeSource, type CodeTicket } from './source.ts';

export class PendingCode {
  private readonly source: CodeSource;
  private readonly recipient: Omit<CodeRecipient, 'channel'>;
  private readonly onSecret: (secret: string) => void;
  private ticket: CodeTicket | undefined;
  private received: string | undefined;
  private lastChannel: CodeChannel = 'sms';

  /** @param onSecret told of each code before it is used anywhere */
  constructor(source: CodeSource, recipient: Omit<CodeRecipient, 'channel'>, onSecret: (secret: string) => void) {
    this.source = source;
    this.recipient = recipient;
    this.onSecret = onSecret;
  }

  get armed(): boolean {
    return this.ticket !== undefined;
  }

  /** The channel that was armed last. */
  get channel(): CodeChannel {
    return this.lastChannel;
  }

  /** From now on the next code by this channel is the one; an earlier claim ends. */
  async arm(channel: CodeChannel): Promise<void> {
    if (!this.source.channels.includes(channel)) throw new CodeChannelError(this.source.name, channel);
    await this.ticket?.dispose();
    this.lastChannel = channel;
    this.received = undefined;
    const phone = channel === 'email' ? undefined : this.recipient.phone;
    this.ticket = await this.source.arm({ ...this.recipient, phone, channel });
  }

  /** The code, or one of its length that is not it. */
  async take(options: { wrong: boolean; timeoutMs: number }): Promise<string> {
    if (this.ticket === undefined) throw new Error('no code was asked for');
    if (this.received === undefined) {
      const { code } = await this.ticket.wait({ timeoutMs: options.timeoutMs });
      this.onSecret(code);
      this.onSecret(otherCode(code));
      this.received = code;
    }
    return options.wrong ? otherCode(this.received) : this.received;
  }

  async dispose(): Promise<void> {
    await this.ticket?.dispose();
    this.ticket = undefined;
  }
}

function otherCode(code: string): string {
  const last = Number(code.at(-1));
  return code.slice(0, -1) + (Number.isNaN(last) ? '0' : String((last + 1) % 10));
}
