/** Texts that others are told from; few, for as many as have a form of their own. */
const MODELS_MAX = 128;
/** In the place of a model's number: the text as it is. */
const AS_IT_IS = 255;
const QUOTE = '"';
/** The greatest number in a packed text, so that a byte holds each of its characters. */
const NUMBER_MAX = 255;

/**
 * Texts by name, of which many say the same: records of one kind, written by this program as JSON. A text is kept as what
 * is different from another one of its form, its model: a key with an ordinary policy takes 330 bytes, not 700.
 *
 * Texts are cut at their quotation marks. A packed one is the number of its model, and for each piece that differs how
 * many pieces it is behind the last one that did, how many characters it shares with the model's at its beginning, and
 * the rest of it up to a quotation mark; numbers are characters with that code.
 */
export class PackedTexts {
  readonly #packed = new Map<string, string>();
  readonly #models: (readonly string[])[] = [];
  /** The number of the newest model of so many pieces. */
  readonly #modelOf = new Map<number, number>();

  get(name: string): string | undefined {
    const packed = this.#packed.get(name);
    return packed === undefined ? undefined : this.#unpack(packed);
  }

  set(name: string, text: string): void {
    this.#packed.set(name, this.#pack(text));
  }

  delete(name: string): void {
    this.#packed.delete(name);
  }

  #pack(text: string): string {
    const pieces = text.split(QUOTE);
    const number = this.#modelOf.get(pieces.length);
    const packed = number === undefined ? text : packedBy(this.#models[number] ?? [], number, pieces);
    if (packed.length < text.length / 2) return packed;
    if (this.#models.length < MODELS_MAX) {
      this.#modelOf.set(pieces.length, this.#models.length);
      return String.fromCharCode(this.#models.push(pieces) - 1);
    }
    return packed.length < text.length ? packed : String.fromCharCode(AS_IT_IS) + text;
  }

  #unpack(packed: string): string {
    const number = packed.charCodeAt(0);
    if (number === AS_IT_IS) return packed.slice(1);
    const pieces = [...(this.#models[number] ?? [])];
    let place = 0;
    for (let at = 1; at < packed.length;) {
      place += packed.charCodeAt(at);
      const shared = packed.charCodeAt(at + 1);
      const end = packed.indexOf(QUOTE, at + 2);
      pieces[place] = (pieces[place] ?? '').slice(0, shared) + packed.slice(at + 2, end);
      at = end + 1;
    }
    return pieces.join(QUOTE);
  }
}

function packedBy(model: readonly string[], number: number, pieces: readonly string[]): string {
  // Joined at the end: a text that is made by adding to it would keep all of its parts in memory.
  const parts = [String.fromCharCode(number)];
  let last = 0;
  for (let place = 0; place < pieces.length; place += 1) {
    const piece = pieces[place] ?? '';
    const known = model[place] ?? '';
    if (piece === known && place - last < NUMBER_MAX) continue;
    const shared = sharedLength(piece, known);
    parts.push(String.fromCharCode(place - last, shared), piece.slice(shared), QUOTE);
    last = place;
  }
  return parts.join('');
}

function sharedLength(piece: string, known: string): number {
  const max = Math.min(piece.length, known.length, NUMBER_MAX);
  let length = 0;
  while (length < max && piece.charCodeAt(length) === known.charCodeAt(length)) length += 1;
  return length;
}
