// What a reader would stumble over: what sticks out, and what is too faint to read.
addEventListener("load", () => {
  const colour = (text) => {
    const ctx = new OffscreenCanvas(1, 1).getContext("2d");
    ctx.fillStyle = text;
    ctx.fillRect(0, 0, 1, 1);
    return [...ctx.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const part = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const seen = getComputedStyle(at).backgroundColor;
      if (!(at instanceof SVGElement) && colour(seen)[3] === 255) return colour(seen);
    }
    return [255, 255, 255, 255];
  };
  const found = { wide: innerWidth, sticks_out: [], faint: [], texts: 0 };
  for (const node of document.querySelectorAll("body *")) {
    const style = getComputedStyle(node), box = node.getBoundingClientRect();
    if (!box.width || node.closest("details:not([open]) > :not(summary)")) continue;
    const card = node.closest(".card, .tile") ?? document.documentElement;
    const room = card.getBoundingClientRect(), scrolls = node.closest(".scroll");
    if (!scrolls && (box.right > room.right + 0.5 || box.left < room.left - 0.5))
      found.sticks_out.push(node.outerHTML.slice(0, 90));
    const own = [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    if (!own || node.tagName === "TITLE") continue;
    found.texts += 1;
    const ink = colour(node instanceof SVGElement ? style.fill : style.color);
    const pair = [light(ink), light(ground(node))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < 4.5) found.faint.push([contrast.toFixed(2), node.outerHTML.slice(0, 90)]);
  }
  parent.postMessage(JSON.stringify(found), "*");
});
