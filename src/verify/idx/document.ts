/** Reads an IDX document as text, where the SDK gives no more than that. Never throws: what does not parse is empty. */
import type { IdxMessage, IdxResponse } from '../../wire/idx.ts';

export function remediationNames(text: string | undefined): string[] {
  const document = parse(text);
  const names = document?.remediation?.value?.map((each) => each.name) ?? [];
  return document?.successWithInteractionCode === undefined ? names : [...names, 'successWithInteractionCode'];
}

/** The messages at the top of the document and those of its fields. */
export function rawMessages(text: string | undefined): IdxMessage[] {
  const document = parse(text);
  const fields = document?.remediation?.value?.flatMap((each) => each.value ?? []) ?? [];
  const nested = fields.flatMap((field) => field.form?.value ?? []);
  return [
    ...(document?.messages?.value ?? []),
    ...[...fields, ...nested].flatMap((field) => field.messages?.value ?? []),
  ];
}

function parse(text: string | undefined): IdxResponse | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isIdxResponse(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isIdxResponse(value: unknown): value is IdxResponse {
  return typeof value === 'object' && value !== null && 'version' in value;
}
