import type { Answer } from './server/service.ts'

/** A handler's way to end a request with the vendor's error answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly answer: Answer

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}

/** The emulator was asked for something that it does not know: an option, a fault, a setting. The message says what there is. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError'
}
