/** The forms of the reference app, read into actions; the names of their fields are known here and in the pages only. */
import type { Action, PhoneMethod } from '../screens.ts';

/** What a form asks for; undefined when a field is missing or holds what no page offers. */
export function actionOf(name: string, form: FormData): Action | undefined {
  const field = (key: string): string | undefined => {
    const value = form.get(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const method = phoneMethod(field('method'));
  const { username, password, authenticator, phone, code } = {
    username: field('username'),
    password: field('password'),
    authenticator: field('authenticator'),
    phone: field('phone'),
    code: field('code'),
  };
  switch (name) {
    case 'identify':
      if (username === undefined) return undefined;
      return { do: name, username, ...(password === undefined ? {} : { password }) };
    case 'password':
      return password === undefined ? undefined : { do: name, password };
    case 'choose-authenticator':
    case 'choose-enrolment':
      return authenticator === undefined ? undefined : { do: name, authenticator };
    case 'choose-phone-method':
      return method === undefined ? undefined : { do: name, method };
    case 'enrol-phone':
      return phone === undefined || method === undefined ? undefined : { do: name, phone, method };
    case 'enter-code':
      return code === undefined ? undefined : { do: name, code };
    case 'send-code':
    case 'skip':
    case 'resend':
      return { do: name };
    default:
      return undefined;
  }
}

function phoneMethod(value: string | undefined): PhoneMethod | undefined {
  return value === 'sms' || value === 'voice' ? value : undefined;
}
