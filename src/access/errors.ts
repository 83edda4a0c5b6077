import type { Permission } from './permissions.ts';

/** What stands in the way of what a person asked for. Each face answers it in its own way. */
export type SupportFault =
  /** What was given can't be right: `faults` says which field. */
  | 'invalid'
  | 'not_allowed'
  | 'not_found'
  /** It stands otherwise by now, or this very request was done before. */
  | 'conflict'
  /** It was there, and is not kept any more. */
  | 'gone'
  /** It could be asked for, but can't be done. */
  | 'refused';

/** The HTTP status of each, for console and API alike. */
export const FAULT_STATUS = {
  invalid: 422,
  not_allowed: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  refused: 409,
} as const satisfies Record<SupportFault, number>;

/** A sentence for the person who asked, and by field what is wrong with what they gave. */
export class SupportError extends Error {
  override readonly name = 'SupportError';
  readonly fault: SupportFault;
  readonly faults: Readonly<Record<string, string>>;

  constructor(fault: SupportFault, message: string, faults: Readonly<Record<string, string>> = {}) {
    super(message);
    this.fault = fault;
    this.faults = faults;
  }
}

/** @throws SupportError `invalid`, with the first fault as its sentence */
export const invalid = (faults: Readonly<Record<string, string>>): SupportError =>
  new SupportError('invalid', Object.values(faults)[0] ?? 'That isn’t valid.', faults);

/** This very request (the same form, the same Idempotency-Key) was done before. */
export class DoneBeforeError extends SupportError {
  constructor() {
    super('conflict', 'This was already done. Nothing was done twice.');
  }
}

/** What takes a permission that the role of whoever asked doesn't have. */
export class NotAllowedError extends SupportError {
  readonly permission: Permission;

  constructor(permission: Permission, message: string) {
    super('not_allowed', message);
    this.permission = permission;
  }
}

/** A form that isn't of the session that it was sent in: an old one, or a stranger's. */
export class ForgedFormError extends SupportError {
  constructor(message: string) {
    super('not_allowed', message);
  }
}
