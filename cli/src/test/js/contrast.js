// Returns what of the page is drawn with too little contrast: WCAG 2.2, 1.4.3 for text, 1.4.11 for controls.
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

function rgba(colour) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
}

function luminance(colour) {
  const [r, g, b] = colour.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function behind(element) {
  for (let at = element; at; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor);
    if (colour[3] > 0) return colour;
  }
  return [255, 255, 255, 255];
}

const faint = [];
function check(element, colour, ground, least, what) {
  const found = ratio(rgba(colour), ground);
  if (found < least) faint.push(what + " " + element.tagName + "#" + element.id + "." + element.getAttribute("class") + " " + found.toFixed(2));
}

for (const element of document.body.querySelectorAll("*")) {
  if (!element.checkVisibility || !element.checkVisibility()) continue;
  const style = getComputedStyle(element);
  const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (element instanceof SVGElement) {
    if (hasText && element.tagName === "text") check(element, style.fill, behind(element), 4.5, "text");
    if (element.matches("circle:not(.asked), .fill")) check(element, style.fill, behind(element), 3, "shape");
    if (element.matches(".asked, .track")) check(element, style.stroke, behind(element), 3, "shape");
    continue;
  }
  if (hasText) check(element, style.color, behind(element), large ? 3 : 4.5, "text");
  if (element.matches("input:not([type=radio]), button")) {
    check(element, style.borderTopColor, behind(element.parentElement), 3, "border");
  }
  if (element.matches("input") && element.placeholder) {
    check(element, getComputedStyle(element, "::placeholder").color, behind(element), 4.5, "placeholder");
  }
}
return faint;
