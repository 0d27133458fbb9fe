// Gives each piece of code a button that copies it. Without this script, everything is there to be read and selected.
const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

async function copy(code, caption) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    said.textContent = `Copied: ${caption}`;
    return "Copied";
  } catch {
    select(code);
    said.textContent = "Selected: copy it with your keyboard";
    return "Selected";
  }
}

for (const figure of document.querySelectorAll("figure.code")) {
  const caption = figure.querySelector("figcaption");
  const code = figure.querySelector("code");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${caption.textContent}`);
  button.addEventListener("click", async () => {
    const label = caption.firstChild.textContent;
    button.textContent = await copy(code, label);
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  caption.append(button);
}
