/** A formula to draw. */
export interface PictureRequest {
  readonly latex: string;
  /** CSS colour of the text. */
  readonly color: string;
  /** The colour `changed` of `\\textcolor{changed}{…}`: six hexadecimal digits. */
  readonly accent: string;
  /** Height of the letter x, in CSS pixels. */
  readonly ex: number;
}

export interface Picture {
  /** `data:image/svg+xml;base64,…` */
  readonly uri: string;
  readonly width: number;
  readonly height: number;
}

/** Draws formulas outside the server's own thread. Resolves to nothing where a formula cannot be drawn. */
export interface PictureMaker {
  readonly draw: (request: PictureRequest) => Promise<Picture | undefined>;
  readonly stop: () => void;
}

export interface PictureMessage extends PictureRequest {
  readonly id: number;
}

export interface PictureReply {
  readonly id: number;
  readonly picture?: Picture;
}

/** The two ends of a worker, as far as drawing needs them. */
export interface Port {
  readonly post: (message: PictureMessage) => void;
  readonly listen: (onReply: (reply: PictureReply) => void, onDeath: () => void) => void;
  readonly stop: () => void;
}

/** Pictures kept: moving back and forth over a page asks for the same ones again. */
const KEPT = 200;

/** A picture maker over a worker: remembers what it drew, and answers nothing once the worker has died. */
export function pictureMaker(port: Port): PictureMaker {
  const waiting = new Map<number, (picture: Picture | undefined) => void>();
  const kept = new Map<string, Promise<Picture | undefined>>();
  let last = 0;
  let dead = false;
  port.listen(
    (reply) => {
      waiting.get(reply.id)?.(reply.picture);
      waiting.delete(reply.id);
    },
    () => {
      dead = true;
      for (const resolve of waiting.values()) resolve(undefined);
      waiting.clear();
    },
  );
  return {
    draw: (request) => {
      if (dead) return Promise.resolve(undefined);
      const key = `${request.color} ${request.accent} ${request.ex} ${request.latex}`;
      let picture = kept.get(key);
      if (picture === undefined) {
        picture = new Promise((resolve) => {
          waiting.set(++last, resolve);
          port.post({ ...request, id: last });
        });
        if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
        kept.set(key, picture);
      }
      return picture;
    },
    stop: port.stop,
  };
}
