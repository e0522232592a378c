import type { PictureAnswer } from './picture-answer.ts';

export interface InputPicture {
  /** Base name of the file. */
  readonly name: string;
  readonly bytes: Buffer;
}

export interface PictureRequest {
  readonly operation: 'generate' | 'edit';
  /** Fields of the Images API. */
  readonly body: Readonly<Record<string, string | number>>;
  readonly images: readonly InputPicture[];
  readonly mask: InputPicture | undefined;
}

/** An order as it was understood: the Images API's answer to a dry run. */
export interface OrderPreview {
  /** The document as it came, and as JSON prints it. */
  readonly document: Readonly<Record<string, unknown>>;
  /** As in the `plantain-adapted` header. */
  readonly adapted: string | undefined;
}

/** Whoever draws: a server over HTTP, or an application in this process. */
export interface PictureMaker {
  /** For the progress line. */
  readonly label: string;
  /** Rejects with CommandError when there is no picture. */
  ask(request: PictureRequest, signal: AbortSignal): Promise<PictureAnswer>;
  /** How the order would be understood; nothing is drawn. Rejects as `ask` does. */
  preview(request: PictureRequest, signal: AbortSignal): Promise<OrderPreview>;
  /** A picture the server left behind a link. */
  fetchLink(url: string, signal: AbortSignal): Promise<Buffer>;
  close(): Promise<void>;
}
