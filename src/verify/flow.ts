/** The shape of a flow as a config declares it; zod is its only statement (types, validation, JSON Schema, docs). */
import { z } from 'zod';
import { STEP_TEXTS, unknownStepMessage } from './steps.ts';

const stepSchema = z
  .enum(STEP_TEXTS, { error: (issue) => unknownStepMessage(String(issue.input)) })
  .describe('One step of the sign-in.');

const authenticatorList = z.array(z.string().min(1));

const expectationSchema = z
  .strictObject({
    signedIn: z.boolean().describe('Whether the flow ends with tokens.'),
    offered: authenticatorList
      .describe(
        'The authenticators offered at each choice the flow makes, exactly; when Okta skips the choice, the one it took.',
      )
      .optional(),
    notOffered: authenticatorList.describe('Authenticators that are offered at no screen of the flow.').optional(),
    amr: z.array(z.string().min(1)).describe('Values that the `amr` claim of the ID token contains.').optional(),
    claims: z.record(z.string(), z.json()).describe('Claims of the ID token and their exact values.').optional(),
    message: z.string().min(1).describe('A message shown on the last screen, word for word.').optional(),
  })
  .describe('What must be seen for the flow to pass.');

const flowUserSchema = z
  .union([
    z.string().min(1).describe('The login of a user.'),
    z
      .strictObject({
        ephemeral: z.literal(true).describe('The user is made for the flow and deleted afterwards.'),
        groups: z.array(z.string().min(1)).describe('Groups the user is put into, by name.').default([]),
      })
      .describe('A user who exists only while the flow runs.'),
  ])
  .describe('Who signs in.');

export const flowSchema = z
  .strictObject({
    name: z.string().min(1).describe('Unique among the flows.'),
    user: flowUserSchema,
    app: z.string().min(1).describe('Label of the app that is signed in to.'),
    steps: z.array(stepSchema).min(1).describe('What the user does, in this order.'),
    expect: expectationSchema,
  })
  .describe('A sign-in that `verify` performs.');

export type Flow = z.infer<typeof flowSchema>;
export type FlowUser = z.infer<typeof flowUserSchema>;
export type Expectation = z.infer<typeof expectationSchema>;
