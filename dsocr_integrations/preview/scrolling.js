// @ts-check
// Bringing into view what is chosen, in its pane alone.

/**
 * Scroll an element into the middle of a pane and of what scrolls inside it, and nothing around.
 * Blocks out of sight have no height of their own until they come into view, so that one jump
 * may land elsewhere: it is looked at again until the element stays.
 * @param {HTMLElement} pane
 * @param {() => Element | null | undefined} wanted
 */
function bringInto(pane, wanted) {
  let [frames, still] = [40, 0];
  const step = () => {
    const element = wanted();
    if (!element?.isConnected) return;
    let moved = false;
    for (let frame = element.parentElement; frame && pane.contains(frame); frame = frame.parentElement) {
      moved = scrolledTo(frame, element) || moved;
    }
    still = moved ? 0 : still + 1;
    frames -= 1;
    if (frames && still < 4) requestAnimationFrame(step);
  };
  step();
}

/**
 * @param {HTMLElement} frame
 * @param {Element} element
 */
function scrolledTo(frame, element) {
  if (frame.scrollHeight <= frame.clientHeight + 1 && frame.scrollWidth <= frame.clientWidth + 1) return false;
  if (getComputedStyle(frame).overflowY === "visible") return false;
  const around = frame.getBoundingClientRect();
  const box = element.getBoundingClientRect();
  const before = [frame.scrollTop, frame.scrollLeft];
  // Of what is taller than the frame, the beginning counts.
  if (box.top < around.top || box.bottom > around.bottom) {
    frame.scrollTop += box.top - around.top - Math.max(8, (around.height - box.height) / 2);
  }
  if (box.left < around.left || box.right > around.right) {
    frame.scrollLeft += box.left - around.left - Math.max(8, (around.width - box.width) / 2);
  }
  return before[0] !== frame.scrollTop || before[1] !== frame.scrollLeft;
}
