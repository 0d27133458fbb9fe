// Returns every visible text with the WCAG contrast between its color and its background.
(() => {
  document.getAnimations().forEach((one) => one.finish());
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = numbers(colour).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isClear = (colour) => numbers(colour)[3] === 0;
  const behind = (element) => {
    const own = getComputedStyle(element).backgroundColor;
    return isClear(own) && element.parentElement ? behind(element.parentElement) : own;
  };
  const hasText = (element) =>
    element.matches("input, textarea, select") ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
  const isSeen = (element) => element.checkVisibility() && !element.closest(".unseen, noscript");
  return [...document.body.querySelectorAll("*")].filter((element) => hasText(element) && isSeen(element)).map((element) => {
    const colours = [getComputedStyle(element).color, behind(element)];
    const [dim, bright] = colours.map(luminance).toSorted((one, other) => one - other);
    return { text: element.textContent.slice(0, 40), colours, ratio: (bright + 0.05) / (dim + 0.05) };
  });
})();
