/** Sizes beyond which a formula is refused as `too-large`: generous for people, safe for the stack and the clock. */
export const LIMITS = {
  /** Tokens of one formula. */
  tokens: 6_000,
  /** Brackets inside brackets. */
  nesting: 100,
  /** Operations inside one another, once the tree stands. */
  depth: 1_000,
  /** Characters of one formula. */
  characters: 200_000,
} as const;
