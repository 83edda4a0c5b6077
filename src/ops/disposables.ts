type Closeable = AsyncDisposable | Disposable;

/** As the standard's own, which not every Node has. */
const suppressing = (error: unknown, suppressed: unknown): Error =>
  Object.assign(new Error('An error was suppressed while things were closed.', { cause: error }), {
    name: 'SuppressedError',
    error,
    suppressed,
  });

/**
 * What is open, to be closed in reverse: as much of the standard's AsyncDisposableStack (ECMA-262, 27.4) as is used here.
 * Node has that from 24 on only, and the package works on 22, too. The small libraries for it either bring dozens of
 * packages along or run a script when they are installed, and an app's globals are not ours to fill in.
 */
export class Disposables implements AsyncDisposable {
  #closers: (() => unknown)[] = [];
  #isDisposed = false;

  /** Closes this one in its turn. @throws TypeError for what can't be closed @throws ReferenceError once all is closed */
  use<Value extends Closeable | null | undefined>(value: Value): Value {
    if (value === null || value === undefined) return value;
    const close = closerOf(value);
    if (typeof close !== 'function') throw new TypeError('This can’t be closed.');
    this.defer(() => close.call(value));
    return value;
  }

  /** Calls this in its turn. @throws ReferenceError once all is closed */
  defer(close: () => unknown): void {
    this.#insistOnOpen();
    this.#closers.push(close);
  }

  /** All that is open goes over to another; this one has nothing left to close. @throws ReferenceError once all is closed */
  move(): Disposables {
    this.#insistOnOpen();
    const moved = new Disposables();
    moved.#closers = this.#closers;
    this.#closers = [];
    this.#isDisposed = true;
    return moved;
  }

  /** Closes all, the newest first, whether or not one fails. @throws what failed last, which has what it suppressed */
  async [Symbol.asyncDispose](): Promise<void> {
    const closers = this.#closers.toReversed();
    this.#closers = [];
    this.#isDisposed = true;
    let failed: { error: unknown } | null = null;
    for (const close of closers) {
      try {
        await close();
      } catch (error) {
        failed = { error: failed === null ? error : suppressing(error, failed.error) };
      }
    }
    if (failed !== null) throw failed.error;
  }

  disposeAsync(): Promise<void> {
    return this[Symbol.asyncDispose]();
  }

  #insistOnOpen(): void {
    if (this.#isDisposed) throw new ReferenceError('All of this has been closed.');
  }
}

const closerOf = (value: Closeable): (() => unknown) | undefined =>
  Symbol.asyncDispose in value ? value[Symbol.asyncDispose] : value[Symbol.dispose];
