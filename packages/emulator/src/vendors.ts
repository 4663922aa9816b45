import { EmulatorError } from './errors.ts'
import type { Vendor, VendorContext, VendorName } from './server/service.ts'

/** What makes each vendor, loaded when it is asked for. */
const VENDORS: Readonly<Record<VendorName, () => Promise<(context: VendorContext) => Vendor>>> = {
  openai: async () => (await import('./openai/vendor.ts')).createOpenAIVendor,
  azure: async () => (await import('./azure/vendor.ts')).createAzureVendor,
}

/** The names of all vendors. */
export const VENDOR_NAMES = Object.keys(VENDORS) as readonly VendorName[] // the record's own keys

/** Makes a vendor; an unknown name is an `EmulatorError`. */
export async function createVendor(name: string, context: VendorContext): Promise<Vendor> {
  const create = await VENDORS[assertVendorName(name)]()
  return create(context)
}

/** The name of a vendor as one; an unknown name is an `EmulatorError`. */
export function assertVendorName(name: string): VendorName {
  if (isVendorName(name)) return name
  throw new EmulatorError(`there is no vendor "${name}"; there are: ${VENDOR_NAMES.join(', ')}`)
}

function isVendorName(name: string): name is VendorName {
  return Object.hasOwn(VENDORS, name)
}
