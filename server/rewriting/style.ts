import type { Style } from "./known";

/** What a line is written in, as a message names it. */
export type Origin = "LaTeX" | "Python" | "MATLAB" | "R" | "Wolfram" | "C++" | "Julia" | "words" | "paper";

const PYTHON =
  /\b(?:np|numpy|jnp|torch|tf|jax|scipy|nn|F|cp|sympy|anp)\.\w|\.T\b|\*\*|\blambda\b[^:\n]*:|\bdef \w+\(|\brange\(|\bfrom \w[\w.]* import\b|^ ?import \w|\baxis ?=|\.(?:sum|mean|dot|pow|matmul|backward|t)\(|[\w)\]'] ?@ ?[\w(]/m;
const CPP =
  /\bfor ?\((?:int|size_t|auto)\b|\b(?:double|float|auto|Eigen|MatrixX[df]|VectorX[df]|std::)\b|\.(?:transpose|squaredNorm|cwiseProduct|norm|array|inverse|trace|determinant|asDiagonal)\(\)|cwise/;
const R = /%\*%|<-|%o%|\bcrossprod\(|\bfunction\(\w[\w, ]*\) ?\S/;
const WOLFRAM =
  /\b(?:Transpose|Tr|Det|Inverse|Norm|Dot|Grad|D|Exp|Log|Sum|Total|IdentityMatrix|ArcTan|Sin|Cos|Tanh|Sqrt|KroneckerProduct|Hessian|LinearSolve|Outer|Diagonal|Tr) ?\[|\w_\] ?:=|\bIn\[\d+\]/;
const MATLAB =
  /\.'|\bend ?$|\bfunction\b.*=|@\(|\bsyms\b|\btrace\(|\bnumel\(|\bbsxfun\b|\bdisp\(|; ?$|\(:,|\(\d+, ?\d+\)|\\ ?\w/m;
const JULIA = /\busing \w|\bfor \w+ in \d+:|@\w+\(|\w\.\(|\bdot\(|\bend ?$/m;

/** In what language a block is written; other lines of its file tell where its own do not. */
export function originOf(block: string, file: string): Origin {
  if (/\\[a-zA-Z]{2,}|\\\|/.test(block)) return "LaTeX";
  if (WOLFRAM.test(block)) return "Wolfram";
  if (CPP.test(block)) return "C++";
  if (R.test(block)) return "R";
  if (PYTHON.test(block)) return "Python";
  if (/^ ?import |\bnp\./m.test(file)) return "Python";
  if (JULIA.test(block) || /^ ?(?:# ?)?using [A-Z]/m.test(file)) return "Julia";
  if (MATLAB.test(block)) return "MATLAB";
  return "paper";
}

export const styleOf = (origin: Origin, block: string): Style => ({
  starIsElementwise: origin === "Python" || origin === "R" || origin === "Wolfram" || /= ?@\. /.test(block),
  countsFromZero: origin === "Python" || origin === "C++" || /\[ ?(?:0|-\d) ?[,\]]|, ?(?:0|-\d) ?\]/.test(block),
  roundIndices: origin === "MATLAB" || origin === "C++",
  wolfram: origin === "Wolfram",
});
