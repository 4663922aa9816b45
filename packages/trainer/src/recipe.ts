/** What is the same for every training; EXPERIMENTS.md shows how the values were found. */
export const recipe = {
  /** Mean share of the read tokens that is left out of an example in a step. */
  omittedShare: 0.2,
  /** Share of activations that is dropped in a step. */
  dropout: 0.3,
  /** Standard deviation of fresh embeddings: small against the steps that they learn in, so that words soon mean what the data says. */
  embeddingDeviation: 0.1,
  /** Factor of the learning rate for the parts named in `rateFactor`. */
  slowRateFactor: 0.1,
  /** AdamW's decay of matrices, per step and unit of learning rate. */
  weightDecay: 0.1,
  firstDecay: 0.9,
  secondDecay: 0.98,
  /** The gradient is scaled down to this norm. */
  largestGradientNorm: 1,
} as const
