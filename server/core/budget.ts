import { Refusal } from "./problem";
import type { Steps } from "./steps";

/** The work that one request may take: steps of about a microsecond on an ordinary machine. */
export const REQUEST_STEPS = 110_000;

/**
 * However the steps are counted, no request goes on for longer, in milliseconds. It is far beyond what the steps
 * come to, so that answers do not depend on how busy a machine is.
 */
const LATEST = 10_000;

interface Meter {
  left: number;
  readonly until: number;
}

let meter: Meter | undefined;
let sinceClock = 0;

const tooMuch = (): Refusal =>
  new Refusal("too-large", "the formula takes too much work; split it with definitions, or ask for less of it");

/**
 * Runs something that may take so many steps; beyond them it ends with a `Refusal` (`too-large`). A budget inside
 * another one never exceeds what the outer one has left, and counts against it. Only for work that does not wait.
 */
export function withBudget<T>(steps: number, run: () => T): T {
  const outer = meter;
  const given = Math.min(steps, outer?.left ?? Infinity);
  const own: Meter = { left: given, until: Math.min(outer?.until ?? Infinity, performance.now() + LATEST) };
  meter = own;
  try {
    return run();
  } finally {
    meter = outer;
    if (outer !== undefined) outer.left -= given - own.left;
  }
}

/** The same for work in steps: only what it does itself counts, not what others do in its pauses. */
export function* stepsWithBudget<T>(steps: number, work: Steps<T>): Steps<T> {
  let [left, time] = [steps, LATEST];
  for (;;) {
    const outer = meter;
    const given = Math.min(left, outer?.left ?? Infinity);
    const start = performance.now();
    const own: Meter = { left: given, until: Math.min(outer?.until ?? Infinity, start + time) };
    meter = own;
    let step: IteratorResult<void, T>;
    try {
      step = work.next();
    } finally {
      meter = outer;
      if (outer !== undefined) outer.left -= given - own.left;
    }
    if (step.done === true) return step.value;
    left -= given - own.left;
    time -= performance.now() - start;
    yield;
  }
}

/** Counts work against the budget in force, if there is one. Throws a `Refusal` once it is used up, and ever after. */
export function spend(steps: number): void {
  if (meter === undefined) return;
  meter.left -= steps;
  if (++sinceClock >= 256) {
    sinceClock = 0;
    if (performance.now() > meter.until) meter.left = -Infinity;
  }
  if (meter.left >= 0) return;
  // What cannot be afforded is not done, and not counted.
  meter.left = -1;
  throw tooMuch();
}

/** Steps left in the budget in force: for those who choose between a short way and a long one. */
export const stepsLeft = (): number => meter?.left ?? Infinity;
