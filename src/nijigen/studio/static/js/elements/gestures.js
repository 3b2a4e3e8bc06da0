/** @file Wheel, drag and pinch on an element, reported as pans and zooms. */

/**
 * A pen captures a single pointer if it starts to draw; a second finger cancels it.
 * @typedef {{begin(event: PointerEvent): boolean, to(event: PointerEvent): void, end(whole: boolean): void}} Pen
 */
/** @typedef {{pan(dx: number, dy: number, touch: boolean): void, zoom(factor: number, x: number, y: number): void, move?(x: number, y: number): void, pen?: Pen}} Handlers */

/** @param {HTMLElement} area @param {Handlers} handlers @returns {() => void} Stops listening. */
export function gestures(area, handlers) {
  /** @type {Map<number, PointerEvent>} */
  const down = new Map();
  const { pen } = handlers;
  let drawing = -1;
  const local = (/** @type {{clientX: number, clientY: number}} */ { clientX, clientY }) => {
    const frame = area.getBoundingClientRect();
    return [clientX - frame.left, clientY - frame.top];
  };
  const middle = () => {
    const [a, b] = [...down.values()];
    const [x, y] = local({ clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 });
    return { x, y, span: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) };
  };

  /** @param {PointerEvent} event */
  const press = (event) => {
    if (event.button > 1) return;
    down.set(event.pointerId, event);
    area.setPointerCapture(event.pointerId);
    if (drawing >= 0) [(drawing = -1), pen?.end(false)];
    else if (down.size === 1 && pen?.begin(event)) drawing = event.pointerId;
  };
  /** @param {PointerEvent} event */
  const move = (event) => {
    const last = down.get(event.pointerId);
    const [x, y] = local(event);
    handlers.move?.(x, y);
    if (!last) return;
    if (event.pointerId === drawing) {
      down.set(event.pointerId, event);
      // A pen reports more positions than there are frames.
      const between = event.getCoalescedEvents();
      return (between.length ? between : [event]).forEach((one) => pen?.to(one));
    }
    if (down.size < 2) {
      down.set(event.pointerId, event);
      return handlers.pan(event.clientX - last.clientX, event.clientY - last.clientY, event.pointerType === 'touch');
    }
    const before = middle();
    down.set(event.pointerId, event);
    const after = middle();
    handlers.pan(after.x - before.x, after.y - before.y, false);
    if (before.span > 0) handlers.zoom(after.span / before.span, after.x, after.y);
  };
  /** @param {PointerEvent} event */
  const release = (event) => {
    down.delete(event.pointerId);
    if (event.pointerId === drawing) [(drawing = -1), pen?.end(event.type === 'pointerup')];
  };
  /** @param {WheelEvent} event */
  const wheel = (event) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const [x, y] = local(event);
    handlers.zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), x, y);
  };

  const stop = new AbortController();
  const { signal } = stop;
  area.addEventListener('pointerdown', press, { signal });
  area.addEventListener('pointermove', move, { signal });
  area.addEventListener('pointerup', release, { signal });
  area.addEventListener('pointercancel', release, { signal });
  area.addEventListener('wheel', wheel, { signal, passive: false });
  return () => stop.abort();
}

/** Drags a handle without triggering the area below. @param {PointerEvent} event @param {(dx: number, dy: number) => void} step @param {() => void} [end] */
export function dragHandle(event, step, end) {
  if (event.button) return;
  event.preventDefault();
  event.stopPropagation();
  const handle = /** @type {HTMLElement} */ (event.currentTarget);
  handle.focus();
  handle.setPointerCapture(event.pointerId);
  let { clientX, clientY } = event;
  const move = (/** @type {PointerEvent} */ next) => {
    next.stopPropagation();
    step(next.clientX - clientX, next.clientY - clientY);
    ({ clientX, clientY } = next);
  };
  handle.addEventListener('pointermove', move);
  handle.addEventListener('lostpointercapture', () => {
    handle.removeEventListener('pointermove', move);
    end?.();
  }, { once: true });
}
