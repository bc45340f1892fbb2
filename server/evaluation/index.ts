export { Failure, type FailureKind, isFailure } from "./failure";
export { type Point, project, samplePoint, isStructured, type Way, WAYS } from "./sample";
export { isWithin, type Sides, sidesOf, type Structured, turnedSides, within } from "./within";
export { Random, hashText } from "./random";
export { type Layout, type LayoutChoice, Program, type ProgramOptions } from "./program";
export {
  type EvaluationOptions,
  type Equality,
  equalAtPoints,
  equalityAtPoints,
  evaluate,
  largestEntry,
  PATH_STEP,
  relativeDistance,
  type Sample,
  type Sampled,
  sampleValues,
  sampling,
  type SamplingOptions,
  tolerances,
  VAGUE,
} from "./evaluate";
export {
  compareDerivative,
  compareDifferential,
  comparison,
  comparisonOfDifferential,
  type Comparison,
  type ComparisonOptions,
} from "./directional";
