import type { Offering } from '@anytune/core/driver'

/** The one offering: nothing leaves this computer, and no provider's terms apply. */
export function offering(): Offering {
  return { id: 'local', title: 'this computer (a rehearsal)', egress: 'none' }
}
