/** The schema of a config as a whole; zod is its single source. */
import { z } from 'zod';
import { SECTIONS } from '../kinds/index.ts';
import { flowSchema } from '../verify/flow.ts';

/** Version of the config format; a breaking change of the format raises it. */
const CONFIG_VERSION = 1;

export const configSchema = z
  .strictObject({
    version: z.literal(CONFIG_VERSION).meta({ description: 'Version of the config format.' }),
    ...Object.fromEntries(SECTIONS.map((section) => [section.key, section.schema.optional()])),
    flows: z.array(flowSchema).optional().meta({ description: 'Sign-ins that `verify` performs.' }),
  })
  .meta({ title: 'orgproof config', description: 'An Okta org, and the sign-ins that prove it.' });

/** The JSON Schema of a config, for editors: what `orgproof schema` prints and `config/schema.json` holds. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' }) as Record<string, unknown>;
}
