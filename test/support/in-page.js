// Runs in the page under test: what only the browser can tell. Plain JavaScript, as the page has it.
globalThis.inspect = (() => {
  const tell = element => element.outerHTML.replaceAll(/\s+/g, ' ').slice(0, 200);

  /** What sticks out of the page to the right; null when nothing does. */
  const sideways = () => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return null;
    const sticking = [...document.body.querySelectorAll('*')]
      .filter(each => each.closest('.table') === null || each.matches('.table'))
      .filter(each => each.getBoundingClientRect().right > clientWidth + 1);
    return [`${scrollWidth} px wide`, ...sticking.slice(0, 3).map(tell)].join(' ');
  };

  const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const isReachable = element =>
    !element.disabled &&
    element.type !== 'hidden' &&
    element.tabIndex >= 0 &&
    element.checkVisibility({ visibilityProperty: true }) &&
    element.closest('dialog:not([open]), [inert]') === null &&
    // Of a group of radio buttons the tab key reaches the chosen one.
    !(element.type === 'radio' && !element.checked);

  let expected = [];
  /** Remembers every control that somebody with a mouse could use. @returns how many */
  const begin = () => {
    expected = [...document.querySelectorAll(CONTROLS)].filter(isReachable);
    document.activeElement?.blur();
    return expected.length;
  };

  const reached = new Set();
  /** Notes where the focus is. @returns what is wrong with how it shows; null when nothing is */
  const step = () => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    reached.add(element);
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2) {
      return `no outline: ${tell(element)}`;
    }
    const { width, height } = element.getBoundingClientRect();
    return width < 2 || height < 2 ? `too small to see: ${tell(element)}` : null;
  };

  /** The controls that the tab key never came to. */
  const missed = () => expected.filter(element => !reached.has(element)).map(tell);

  /** What moves although the reader asked for no motion. */
  const moving = () =>
    [...document.querySelectorAll('*')]
      .filter(element => {
        const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element);
        const lasts = transitionDuration.split(',').some(each => Number.parseFloat(each) > 0);
        return animationName !== 'none' || lasts || scrollBehavior === 'smooth';
      })
      .map(tell);

  return { sideways, begin, step, missed, moving };
})();

globalThis.refused = [];
document.addEventListener('securitypolicyviolation', event => {
  globalThis.refused.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});
