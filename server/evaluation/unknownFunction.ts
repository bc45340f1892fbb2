import { type Dense, dense } from "../core/dense";
import { Failure } from "./failure";
import { hashText, Random } from "./random";

/**
 * A fixed smooth function for a name nobody has defined, so that statements such as `f'(z).*dz` can be evaluated:
 * u ↦ a·sin(b·u + c) + d·u of each entry, its derivatives exact. Several arguments enter by a weighted sum; where they are
 * arrays of different shapes, all their entries do, and the value is a number.
 */
export function unknownFunction(name: string, primes: number, args: readonly Dense[]): Dense {
  if (args.length === 0) throw new Failure("unsupported", `${name} has no arguments`);
  if (primes > 0 && args.length > 1)
    throw new Failure("unsupported", `${name} has several arguments: a prime does not say which`);
  const random = new Random(hashText(`f ${name}`));
  const a = random.between(0.5, 1.5);
  const b = random.between(0.6, 1.4);
  const c = random.between(0, 6);
  const d = random.between(0.3, 0.9);
  let shape = args[0]!;
  for (const x of args) if (x.data.length > shape.data.length) shape = x;
  const isMixed = args.some((x) => x.data.length > 1 && (x.rows !== shape.rows || x.cols !== shape.cols));
  const out = isMixed ? dense(1, 1) : dense(shape.rows, shape.cols);
  for (const x of args) {
    const weight = x === args[0] ? 1 : random.between(0.5, 1.5);
    if (isMixed) for (const entry of x.data) out.data[0]! += weight * random.between(0.5, 1.5) * entry;
    else if (x.data.length === 1) for (let i = 0; i < out.data.length; i++) out.data[i]! += weight * x.data[0]!;
    else for (let i = 0; i < out.data.length; i++) out.data[i]! += weight * x.data[i]!;
  }
  const factor = a * b ** primes;
  const phase = c + (primes * Math.PI) / 2;
  for (let i = 0; i < out.data.length; i++) {
    const u = out.data[i]!;
    out.data[i] = factor * Math.sin(b * u + phase) + (primes === 0 ? d * u : primes === 1 ? d : 0);
  }
  return out;
}
