import type { VendorRequest } from '../../server/service.ts'
import type { Lag } from '../../server/shelf.ts'
import type { AzureAccount } from '../account.ts'
import type { ArmVersion } from './deployment-request.ts'

/** A request to Azure Resource Manager whose token, address and API version are good. */
export interface ArmCall {
  readonly request: VendorRequest
  readonly account: AzureAccount
  readonly params: Readonly<Record<string, string>>
  readonly apiVersion: ArmVersion
  /** Milliseconds of the emulator's clock. */
  readonly now: number
  readonly lag: Lag
  /** The JSON of the body; what is none is refused. */
  body(): unknown
}
