import type { Driver } from '../driver.ts'

/** Makes one profile's driver when that profile is chosen, and never otherwise. */
export type DriverThunk = () => Driver | Promise<Driver>

/** Profiles by name: `{ prod: () => acme({ … }) }`. */
export type Providers = Readonly<Record<string, DriverThunk>>
