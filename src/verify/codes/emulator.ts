/** Codes from an emulator: its control plane shows every message the org "sent". */
import type { CodeChannel } from '../screens.ts';
import { CodeNotReceivedError, type CodeRecipient, type CodeSource, type CodeTicket } from './source.ts';

interface Message {
  channel: CodeChannel;
  to: string;
  code: string;
  userId: string;
  at: string;
}

const POLL_INTERVAL_MS = 25;
const ANSWER_TIMEOUT_MS = 5_000;

/** Whether an emulator answers at `orgUrl`. Never throws. */
export async function isEmulator(orgUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${orgUrl}/_emulator/health`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

export class EmulatorCodeSource implements CodeSource {
  readonly name = 'emulator';
  readonly channels = ['sms', 'voice', 'email'] as const;
  private readonly orgUrl: string;

  constructor(orgUrl: string) {
    this.orgUrl = orgUrl;
  }

  async preflight(): Promise<void> {
    if (!(await isEmulator(this.orgUrl))) throw new Error(`no emulator answers at ${this.orgUrl}/_emulator/health`);
  }

  /** Remembers how many messages the recipient has had: what comes beyond them is new, whatever the clocks say. */
  async arm(recipient: CodeRecipient): Promise<CodeTicket> {
    const before = (await this.messagesFor(recipient)).length;
    return {
      wait: async ({ timeoutMs }) => {
        const deadline = Date.now() + timeoutMs;
        do {
          const message = (await this.messagesFor(recipient))[before];
          if (message !== undefined) return { code: message.code };
          await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
        } while (Date.now() < deadline);
        throw new CodeNotReceivedError(this.name, recipient.channel, timeoutMs);
      },
      dispose: async () => {},
    };
  }

  private async messagesFor(recipient: CodeRecipient): Promise<Message[]> {
    const query = new URLSearchParams({ channel: recipient.channel });
    if (recipient.phone !== undefined) query.set('to', recipient.phone);
    const response = await fetch(`${this.orgUrl}/_emulator/messages?${query}`, {
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`the emulator answered ${response.status} to GET /_emulator/messages`);
    const { messages } = (await response.json()) as { messages: Message[] };
    return recipient.userId === undefined ? messages : messages.filter((each) => each.userId === recipient.userId);
  }
}
