// What is wrong with any phone on this page: a label that is cut, a button off the screen, words that are hard to see.
(() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map(n => n / 255)
      .map(n => n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const clear = colour => /rgba\(.*, 0\)$/.test(colour);
  const behind = thing => { while (clear(getComputedStyle(thing).backgroundColor)) thing = thing.parentElement; return getComputedStyle(thing).backgroundColor };
  const contrast = thing => {
    const [low, high] = [light(getComputedStyle(thing).color), light(behind(thing))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const inside = (inner, outer) => inner.left >= outer.left && inner.right <= outer.right && inner.bottom <= outer.bottom;
  const found = [];
  for (const phone of document.querySelectorAll('.phone')) {
    const say = (what, thing) => found.push([phone.id, what, thing.textContent.slice(0, 40)]);
    const edge = phone.getBoundingClientRect();
    for (const label of phone.querySelectorAll('.key span')) {
      if (label.scrollWidth > label.clientWidth) say('cut', label);
      if (!inside(label.parentElement.getBoundingClientRect(), edge)) say('off the screen', label);
    }
    for (const bubble of phone.querySelectorAll('.bubble'))
      if (bubble.scrollWidth > bubble.clientWidth || !inside(bubble.getBoundingClientRect(), edge)) say('too wide', bubble);
    for (const thing of phone.querySelectorAll('.bubble, .bubble a, .bubble time, .key, .head, .head small, .write'))
      if (contrast(thing) < 4.5) say('hard to see', thing);
  }
  return { phones: document.querySelectorAll('.phone').length, labels: document.querySelectorAll('.key span').length, found };
})()
