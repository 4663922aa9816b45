import type {
  Country,
  Area,
  DataClass,
  Grade,
  Place,
  Region,
  TermName,
  TermRecord,
  TermValues,
} from '@anytune/catalogue'
import type { BuiltInKind, KINDS } from '@anytune/dataset'

/**
 * What a team demands of whoever takes its data. JSON: the same document as YAML, as JSON and in TypeScript.
 *
 * Its rules are judged one by one, in no order, and all that apply must hold.
 */
export interface Policy {
  readonly version: 1
  /** What verdicts call it. Default: `policy`. */
  readonly name?: string
  readonly rules: readonly PolicyRule[]
  /** The class of a dataset that says none, and of a model of which nobody here knows what it was trained on; one that a rule names. */
  readonly defaultClass?: string
  /** How a record must be known to count in favour of an offering; see `GRADES` of `@anytune/catalogue`. Default: {@link GOOD_GRADES}. */
  readonly grades?: readonly Grade[]
  /** What is known of the vendor from elsewhere, such as a contract, until a day. */
  readonly attestations?: readonly Attestation[]
}

/** What is demanded of the datasets of some classes. */
export interface PolicyRule {
  /** Unlike that of any other rule. */
  readonly name: string
  /** The classes of datasets that it is for, in the team's own words; absent: it is for every dataset. */
  readonly classes?: readonly string[]
  /** Which offerings may be used at all, by their ids or whole beginnings of them: `acme`, `acme/train`, `acme/train/standard`. */
  readonly offerings?: {
    /** Absent: all. Where nothing leaves this computer, nobody has to be allowed. */
    readonly allow?: readonly string[]
    /** Comes before `allow`. */
    readonly deny?: readonly string[]
  }
  /** What must be so, by what it is about. */
  readonly require?: { readonly [C in DataClass]?: Requirements }
  /** Requirements of this rule that are let pass where nobody knows, as long as nothing speaks against it. Every verdict says so. */
  readonly acceptUnknown?: { readonly [C in DataClass]?: readonly TermName[] }
  /** What personal data in a dataset means, or each kind of it; a kind that is not named warns. Default: `warn`. */
  readonly personalData?: PersonalDataAction | { readonly [K in PersonalKind]?: PersonalDataAction }
}

/** What the finding of personal data does to a plan. */
export type PersonalDataAction = 'refuse' | 'warn'

/** A kind of personal data that plans look for; see `KINDS` of `@anytune/dataset`. */
export type PersonalKind = {
  [K in BuiltInKind]: (typeof KINDS)[K]['class'] extends 'personal' ? K : never
}[BuiltInKind]

/** A place that can be asked for: where a vendor binds itself to nothing is none. */
export type WantedPlace = Area | Country | Region | 'resource-region' | 'resource-geography'

/** What may be demanded of each term of the catalogue, at worst. */
export interface Requirements {
  /** How long the vendor keeps it of its own accord. */
  readonly retention?: {
    readonly atMostDays: number
    /** It may also be kept until it is deleted; that it can be deleted is a requirement of its own: `deletion`. */
    readonly orUntilDeleted?: boolean
  }
  /** Within these places, taken together. */
  readonly 'storage-location'?: readonly WantedPlace[]
  /** Within these places, taken together. */
  readonly 'processing-location'?: readonly WantedPlace[]
  readonly 'training-use'?: 'no' | 'with-permission'
  readonly 'human-review'?: 'no'
  readonly 'customer-keys'?: 'optional' | 'in-use'
  readonly 'private-network'?: 'optional' | 'in-use'
  readonly deletion?: 'by-api'
  readonly 'zero-retention'?: 'covered'
  readonly telemetry?: 'none' | 'opt-in' | 'opt-out'
}

/**
 * The team's own word for a term, or for a setting of its account, where no page and no operation of the vendor tells. It counts until
 * its last day, and a verdict that rests on it says by whom it is. Of several, one of a term comes before one of a setting, then the one that
 * counts longest; two that end on one day and contradict each other permit nothing.
 */
export type Attestation = AttestationBasis &
  (
    | {
        readonly [T in TermName]: { readonly dataClass: DataClass; readonly term: T; readonly value: TermValues[T] }
      }[TermName]
    /** A variant of the catalogue: what it changes holds. */
    | { readonly setting: string }
  )

interface AttestationBasis {
  /** Ids of offerings, or whole beginnings of them. */
  readonly offerings: readonly string[]
  /** Who says so. */
  readonly by: string
  /** Where it can be looked up: a contract's number, a ticket. */
  readonly reference: string
  /** `YYYY-MM-DD`: the last day (UTC) on which it counts. */
  readonly until: string
}

/**
 * The grades that count unless a policy names others: what the team, a run, the vendor's schema or the vendor's own page says.
 * Of a page seen in excerpts the exception may stand outside of the excerpt, and third parties get terms wrong.
 */
export const GOOD_GRADES: readonly Grade[] = ['contract', 'ran', 'schema', 'vendor-page']

/** Whether an id of an offering is one of those named: itself, or one that it begins with up to a slash. */
export function isNamed(offering: string, names: readonly string[]): boolean {
  return names.some((name) => offering === name || offering.startsWith(`${name}/`))
}

/** A value of a term, as records and attestations have it. */
export type TermValue = TermRecord['value']

/** True for a place that a policy may ask for. */
export function isWantedPlace(place: Place): place is WantedPlace {
  return place !== 'any' && place !== 'us-or-eu-regions'
}
