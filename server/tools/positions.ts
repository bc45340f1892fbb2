import type { Span } from "../core/ast";

/** A place as editors count: zero-based line and UTF-16 character. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Turns offsets of a text into lines and characters. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    const end = /\r\n|\n|\r/g;
    for (let m = end.exec(text); m !== null; m = end.exec(text)) this.starts.push(end.lastIndex);
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - this.starts[low]! };
  }

  range(span: Span): Range {
    return { start: this.position(span.start), end: this.position(span.end) };
  }

  /** The text of a line, without its end. */
  line(index: number): string {
    const start = this.starts[index] ?? this.text.length;
    const end = this.starts[index + 1] ?? this.text.length;
    return this.text.slice(start, end).replace(/(?:\r\n|\n|\r)$/, "");
  }
}
