// Adds a copy button to each piece of code. Without this script, readers can still select the code.
const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");
document.body.append(status);

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

async function copy(code, caption) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    status.textContent = `Copied: ${caption}`;
    return "Copied";
  } catch {
    select(code);
    status.textContent = "Selected. Copy it with your keyboard.";
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
