import { dimMul } from "../core/dimension";
import { commutation, constant, type Dense, identity } from "../core/dense";
import { matrix, vector } from "../core/shape";
import type { Operator } from "./operator";

const int = (a: Dense | undefined): number => (a === undefined ? 1 : Math.round(a.data[0]!));

export const CONSTANTS: readonly Operator[] = [
  {
    name: "eye", group: "constant", arity: [1, 1], ofDimensions: true, rule: { network: true },
    shape: (_, [n]) => matrix(n!, n!),
    value: ([n]) => identity(int(n)),
    doc: { summary: "the identity matrix", shapes: "eye(n) → n×n", example: "eye(n)" },
  },
  {
    name: "ones", group: "constant", arity: [1, 2], ofDimensions: true, rule: { network: true }, positive: true,
    shape: (_, [m, n]) => (n === undefined ? vector(m!) : matrix(m!, n)),
    value: ([m, n]) => constant(int(m), int(n), 1),
    doc: { summary: "all entries 1", shapes: "ones(n) → n, ones(m,n) → m×n", example: "ones(n)" },
  },
  {
    name: "zeros", group: "constant", arity: [1, 2], ofDimensions: true, rule: { network: true },
    shape: (_, [m, n]) => (n === undefined ? vector(m!) : matrix(m!, n)),
    value: ([m, n]) => constant(int(m), int(n), 0),
    doc: { summary: "all entries 0", shapes: "zeros(n) → n, zeros(m,n) → m×n", example: "zeros(m,n)" },
  },
  {
    name: "K", group: "constant", arity: [2, 2], ofDimensions: true, rule: { network: true },
    shape: (_, [m, n]) => matrix(dimMul(m!, n!), dimMul(m!, n!)),
    value: ([m, n]) => commutation(int(m), int(n)),
    doc: { summary: "the commutation matrix: K(m,n)*vec(A) = vec(A') for A m×n", shapes: "K(m,n) → m*n × m*n", example: "K(m,n)*vec(X)", source: "Magnus and Neudecker 1979" },
  },
]; // prettier-ignore
