import { z } from 'zod';
import type { SmsTemplate } from '../wire/org.ts';
import { namedObjectKind } from './named-object.ts';
import { ensureField, nameField, type Section } from './section.ts';

interface SmsTemplateSpec {
  name: string;
  text: string;
  translations?: Record<string, string | null> | undefined;
}

const withCode = z
  .string()
  .max(160, 'must fit into one SMS: at most 160 characters')
  .refine((text) => text.includes('${code}'), 'must hold ${code}, where Okta puts the code (write it as $${code})');

const schema = z
  .strictObject({
    name: nameField('Name of the template.', 50),
    text: withCode.meta({ description: 'The message.', examples: ['Your code is $${code}'] }),
    translations: z
      .record(z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'must be a language such as fr or pt-BR'), withCode)
      .optional()
      .meta({ description: 'The message in other languages; languages that are not mentioned stay.' }),
    ensure: ensureField,
  })
  .meta({ description: 'The text of verification codes by SMS (Customizations > SMS). An org has one of its own.' });

export const smsTemplateSection: Section<z.infer<typeof schema>[]> = {
  key: 'smsTemplates',
  schema: z.array(schema).max(1, 'an org has one SMS template of its own').meta({ description: 'SMS templates.' }),
  layout: { kind: 'smsTemplate', naming: 'name' },
};

/** The org's own template for verification codes; the one called `default` is Okta's and no object (recorded). */
export const smsTemplate = namedObjectKind<SmsTemplateSpec & { status?: undefined }, SmsTemplate>({
  kind: 'smsTemplate',
  path: '/api/v1/templates/sms',
  fields: { name: 'identity', text: 'value', translations: 'value', status: 'value' },
  isOther: (live) => live.id === 'default',
  clearable: ['translations'],
  resource: 'templates',
  wireNames: { template: 'text' },
  project: async (_context, live) => ({
    name: live.name,
    text: live.template,
    translations: live.translations ?? {},
  }),
  body: async (_context, spec, live) => ({
    name: spec.name,
    type: live?.type ?? 'SMS_VERIFY_CODE',
    template: spec.text ?? live?.template,
    translations: Object.fromEntries(
      Object.entries({ ...live?.translations, ...spec.translations }).filter(([, text]) => text !== null),
    ),
  }),
});
