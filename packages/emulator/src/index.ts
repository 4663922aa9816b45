/**
 * Strict local servers that speak fine-tuning vendors' wire protocols, with faults on demand.
 *
 * ```ts
 * startEmulator(options: EmulatorOptions): Promise<Emulator>
 * ```
 */
export { startEmulator, type Emulator, type EmulatorAccount, type EmulatorOptions } from './start-emulator.ts'
export { EmulatorError } from './errors.ts'
export type { Clock, ClockOptions } from './clock.ts'
export type { Fault, FaultKind, Faults, FaultTarget, Moment } from './faults.ts'
export type { Exchange, LoggedBody } from './server/request-log.ts'
export type { RequestListener } from './server/vendor-server.ts'
export type { VendorName } from './server/service.ts'
export type { EngineKind } from './training/engine.ts'
export type { Outcome, Schedule } from './training/outcome.ts'
