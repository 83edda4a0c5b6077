/**
 * The places between which a process may die. Tests stop one at each of them and show that what follows
 * recovers; in production nothing listens.
 */
export const STEPS = {
  serve: ['received', 'committing', 'committed', 'answered', 'counting', 'counted', 'enqueued'],
  work: ['begun', 'gathered', 'applying', 'applied', 'completed'],
  /** On the way out: given its place; about to be sent; answered by the app, and not noted yet; noted. */
  tell: ['arranged', 'sending', 'sent', 'noted'],
  /** Of a message about alerts: about to be sent; taken by the channel, and not noted yet. */
  alert: ['alert_sending', 'alert_sent'],
} as const;

type Step = (typeof STEPS)[keyof typeof STEPS][number];
export type OnStep = (step: Step) => void;

export const ignoreSteps: OnStep = () => undefined;
