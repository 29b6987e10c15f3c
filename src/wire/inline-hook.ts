import type { Links, Status } from './common.ts';

/** An inline hook: an outside service that Okta calls in the middle of a flow (OpenAPI 2026.06.3). */
export interface InlineHook {
  id: string;
  status: Status;
  name: string;
  /** E.g. `com.okta.telephony.provider`. */
  type: string;
  version: string;
  channel: InlineHookChannel;
  created: string;
  lastUpdated: string;
  _links?: Links;
}

export interface InlineHookChannel {
  type: 'HTTP' | 'OAUTH';
  version: string;
  config: InlineHookConfig;
}

export interface InlineHookConfig {
  uri: string;
  method?: string;
  headers?: { key: string; value: string }[];
  /** How the service knows that it is Okta who calls. The value is written, never read. */
  authScheme?: { type: 'HEADER'; key: string; value?: string } | null;
  /** Of channels of type OAUTH. */
  authType?: 'client_secret_post' | 'private_key_jwt';
  clientId?: string;
  clientSecret?: string;
  tokenUrl?: string;
  scope?: string;
  hookKeyId?: string;
}

export type TelephonyRequestType =
  | 'com.okta.user.telephony.pre-enrollment'
  | 'com.okta.user.telephony.mfa-verification'
  | 'com.okta.user.telephony.account-unlock'
  | 'com.okta.user.telephony.password-reset';

/** What a telephony inline hook is called with. */
export interface TelephonyHookRequest {
  eventId: string;
  eventTime: string;
  eventType: 'com.okta.telephony.provider';
  eventTypeVersion: '1.0';
  contentType: 'application/json';
  cloudEventVersion: '0.1';
  /** URL of the hook in the Management API. */
  source: string;
  requestType: TelephonyRequestType;
  data: {
    context: { request: { id: string; method: string; url: { value: string }; ipAddress: string } };
    userProfile: { firstName: string; lastName: string; login: string; userId: string };
    messageProfile: {
      msgTemplate: string;
      phoneNumber: string;
      otpExpires: string;
      deliveryChannel: string;
      otpCode: string;
      locale: string;
    };
  };
}
