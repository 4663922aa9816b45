/** One message of a conversation, already plain text: tools, images and weights have no meaning to this engine. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** One training conversation; the assistant messages are what the model learns to say, the others are only read. */
export interface TrainingExample {
  readonly messages: readonly ChatMessage[]
}
