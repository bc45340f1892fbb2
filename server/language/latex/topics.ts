/** Subjects that a note may speak of in words, and that decide what a sign means in it. */
export type Topic =
  | "cross product"
  | "convolution"
  | "commutator"
  | "adjoint"
  | "pseudoinverse"
  | "Kronecker"
  | "outer product"
  | "composition";

/** The words of each subject. */
const WORDS: readonly (readonly [Topic, RegExp])[] = [
  ["cross product", /cross[- ]product|vector product|\bcurl\b|torque|angular (?:momentum|velocity)|skew-symmetric/i],
  ["convolution", /convol/i],
  ["commutator", /commutator|\blie (?:bracket|algebra)/i],
  ["adjoint", /adjoint|conjugate transpose|complex conjugate|hermitian|unitary/i],
  ["pseudoinverse", /pseudo-?\s?inverse|moore[-–\s]penrose/i],
  ["Kronecker", /kronecker product|tensor product/i],
  ["outer product", /outer product|dyad/i],
  ["composition", /composition|composed|chain rule/i],
];

/** What a text speaks of. */
export function topicsIn(text: string): ReadonlySet<Topic> {
  return new Set(WORDS.flatMap(([topic, words]) => (words.test(text) ? [topic] : [])));
}
