/** How the answer of `/authorize` gets to the app: in the address, by a form, or by a message to the app's window. */
import type { AppContext } from '../http/context.ts';
import { formPostPage, postMessagePage, sendPage } from './pages.ts';

export type ResponseMode = 'query' | 'fragment' | 'form_post' | 'okta_post_message';

export interface AuthorizeAnswer {
  redirectUri: string;
  responseMode: ResponseMode;
  state?: string;
}

/** Sends `code`, or `error` and `error_description`, with the app's `state`. */
export function answerApp(
  c: AppContext,
  { redirectUri, responseMode, state }: AuthorizeAnswer,
  parameters: Readonly<Record<string, string>>,
): Response | Promise<Response> {
  const all = { ...(state === undefined ? {} : { state }), ...parameters };
  const url = new URL(redirectUri);
  switch (responseMode) {
    case 'form_post':
      return sendPage(c, formPostPage(redirectUri, all));
    case 'okta_post_message':
      return sendPage(c, postMessagePage(url.origin, all), { framed: true });
    case 'fragment':
      url.hash = new URLSearchParams(all).toString();
      return c.redirect(url.href, 302);
    case 'query':
      for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
      return c.redirect(url.href, 302);
  }
}
