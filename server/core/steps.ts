/**
 * Work in steps: it pauses between them, so that whoever runs it may do something else, or give it up. Whatever the
 * pauses, the result is the same. Pauses stand where a step of a large input takes some milliseconds, never in inner
 * loops.
 */
export type Steps<T> = Generator<void, T, void>;

/** Runs work without a pause. */
export function atOnce<T>(work: Steps<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** How long work is run: at once, or in turns with others. */
export type Run = <T>(work: Steps<T>) => T | Promise<T>;

/** Work that several may wait for: each of them takes it further, and all see the result. */
export class SharedWork<T> {
  #result: { readonly value: T } | undefined;
  #failure: { readonly error: unknown } | undefined;
  #running = false;

  constructor(private readonly work: Steps<T>) {}

  /** The result, once there is one. */
  get result(): { readonly value: T } | undefined {
    return this.#result;
  }

  /** One step further. Work that fails goes on failing. */
  advance(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#result !== undefined || this.#running) return;
    this.#running = true;
    try {
      const step = this.work.next();
      if (step.done === true) this.#result = { value: step.value };
    } catch (error) {
      this.#failure = { error };
      throw error;
    } finally {
      this.#running = false;
    }
  }
}
