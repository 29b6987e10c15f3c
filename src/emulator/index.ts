/** `orgproof/emulator`: an Okta Identity Engine org in this process, for test suites. */
export { ASSUMPTIONS, type Assumption } from './assumptions.ts';
export type { EmulatorSettings } from './org.ts';
export type { OrgSeed } from './seed/schema.ts';
export { type Emulator, type EmulatorOptions, emulatorRoutes, startEmulator } from './server.ts';
export type { TlsIdentity } from './tls.ts';
