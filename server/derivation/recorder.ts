import { type Expr, sameExpr, size } from "../core/ast";
import { Stuck } from "./context";
import { rule, type RuleId } from "./rules";

/** Leaves and operators of a line that nobody would read; it also bounds the work. */
const LONGEST_LINE = 1200;

/** What a fine step belongs to; steps of one stage that follow each other may be joined. */
export type Stage = "restate" | "move" | "function" | "arrange" | "collect" | "insert" | "read" | "final";

/** One rule, or a few that act in one go; the material that `brief` joins. */
export interface FineStep {
  readonly left: Expr;
  readonly before: Expr;
  readonly after: Expr;
  readonly rules: readonly RuleId[];
  readonly stage: Stage;
  readonly where: readonly { readonly left: Expr; readonly right: Expr }[];
}

/** The lines of one part as they are written. */
export class Recorder {
  readonly steps: FineStep[] = [];

  constructor(
    public left: Expr,
    public current: Expr,
  ) {}

  /** A line, unless it reads as the one before. */
  add(stage: Stage, after: Expr, given: readonly RuleId[], where: FineStep["where"] = []): void {
    if (sameExpr(after, this.current)) return;
    if (size(after) > LONGEST_LINE) throw new Stuck("its lines get too long to read");
    const loud = given.filter((r) => rule(r).quiet !== true);
    const rules = loud.length > 0 ? loud : given.length > 0 ? given : (["distribute"] as const);
    this.steps.push({ left: this.left, before: this.current, after, rules, stage, where });
    this.current = after;
  }
}
