/**
 * What letters stand for by convention, in one place. Conventions only break ties: what a note declares, defines or
 * shows by its print goes first. Each entry says where the convention comes from.
 */
export const LETTERS = {
  /** Functions, whatever stands in their brackets (analysis). */
  functions: /^[fgh]$/,
  /** What is called with brackets: losses and energies J, L, E; distributions P, p, q; maps F, G; residuals r. */
  called: /^[JLEPpqFGr]$/,
  /** The same where brackets hold more than names: expectations, potentials, probabilities. */
  calledWithAnything: /^[FGEVPpq]$/,
  /** Functions whose value is a number, of which nothing else is said. */
  numberValued: /^[fghJLEpqPr]$/,
  /** What a text differentiates and calls the loss, the score, the cost, the risk, the potential. */
  objectives: /^[QSCRVFpqf]$/,
  /** Losses and energies: capitals that are numbers. */
  losses: /^[JLE]$/,
  /** Counts: capitals that are numbers as often as matrices (statistics, machine learning). */
  counts: /^[NTMKP]$/,
  /** The same where a matrix of that name turns out a number. */
  countsOrMatrices: /^[NMKT]$/,
  /** Capitals that are columns where a matrix does not fit: targets, times, biases. */
  columns: /^[YTB]$/,
  /** What may be the number of something, in sizes and bounds of sums. */
  sizes: /^[nmdkpNMDKPTB]$/,
  /** Letters that count, in binomial coefficients. */
  integers: /^[d-nr-tKMN]$/,
  /** Indices of the members of a family (`x_i`). */
  members: /^[i-nrst]$/,
  /** Indices of the entries of a matrix (`A_{ij}`). */
  entries: /^[i-npqrsab\d]$/,
  /** Small letters that are numbers, being indices and sizes. */
  smallNumbers: /^[ijklmnd]$/,
  /** Small letters that are often numbers where they are differentiated: functions, lengths, targets. */
  differentiatedNumbers: /^[fghlyz]$/,
  /** Axes: `(a \times b)_x` is a component. */
  axes: /^[xyz]$/,
  /** Rotations and orthogonal factors (decompositions, kinematics). */
  rotations: /^[QUVR]$/,
  /** Matrices of a graph: adjacency, degrees, Laplacian, weights. */
  ofGraphs: /^[ADLW]$/,
  /** Sets of numbers in blackboard bold. */
  numberSets: /^[NZQC]$/,
  /** Small letters that are vectors in rules of backpropagation: all but indices, sizes and functions. */
  layerVectors: /^[a-ceho-z]$/,
  /** Constants beside the variable of a function, with their subscripts. */
  constants: /^(?:[abckmnpqACKMN]|pi|infinity|alpha|beta|gamma|lambda|omega|mu|sigma)(?:_.*)?$/,
} as const;
