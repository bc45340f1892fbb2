import type { PictureMaker } from "./pictures/protocol";

/** What differs between Node and a web worker; the entries (`node/main.ts`, `browser/main.ts`) fill it in. */
export interface Environment {
  /** Resolves after everything that already waits in the event loop had its turn. */
  readonly nextTurn: () => Promise<void>;
  /** Starts the picture worker: called when the first picture is wanted, never before. Absent: no pictures. */
  readonly startPictures?: (options: PictureLocation) => PictureMaker | undefined;
  /** Told of the client's `shutdown`. */
  readonly onShutdown?: () => void;
}

/** Where the picture worker's script is, when only the client knows (on the web). */
export interface PictureLocation {
  readonly script?: string;
}
