import { tableOf } from "../core/table";
import { giveUp } from "./raw";
import type { Token } from "./tokens";

const OPENS: Readonly<Record<string, string>> = tableOf<string>({ "(": ")", "[": "]", "{": "}" });

/** A place among tokens that moves on as they are read. */
export class Cursor {
  at = 0;
  readonly tokens: Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = [...tokens];
  }

  get atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  next(): Token {
    return this.tokens[this.at++] ?? giveUp("it ends too early");
  }

  isOp(text: string, ahead = 0): boolean {
    const t = this.tokens[this.at + ahead];
    return t?.kind === "op" && t.text === text;
  }

  isWord(text: string): boolean {
    const t = this.tokens[this.at];
    return t?.kind === "word" && t.text === text;
  }

  /** Goes over a sign that must stand here. */
  take(text: string): void {
    if (!this.isOp(text)) giveUp(`\`${text}\` is missing`);
    this.at++;
  }

  /** Puts another token in the place of the one that comes next. */
  replace(token: Token): void {
    this.tokens[this.at] = token;
  }

  /** Puts a token in front of the one that comes next. */
  back(token: Token): void {
    this.tokens.splice(this.at, 0, token);
  }

  /** Where the bracket that comes next is closed. */
  partner(): number | undefined {
    const open: string[] = [];
    for (let i = this.at; i < this.tokens.length; i++) {
      const { kind, text } = this.tokens[i]!;
      if (kind !== "op") continue;
      if (text in OPENS) open.push(OPENS[text]!);
      else if (text === ")" || text === "]" || text === "}") {
        if (open.pop() !== text) return undefined;
        if (open.length === 0) return i;
      }
    }
    return undefined;
  }
}
