/** How a row breaks a limit; no row content, so it may be printed and logged. */
export interface Broken {
  readonly field?: string
  readonly message: string
  readonly hint?: string
}
