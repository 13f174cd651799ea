/** What the caller must change, each fault by the name of its field. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
}
